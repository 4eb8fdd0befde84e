import { lotsThatLeft, type LotUnits } from '../../domain/inventory/picking/chooseLots';
import { prepared, type Transaction } from '../prepared';
import { HELD_UNITS } from './heldUnits';
import { moveStock } from './moveStock';
import { readShelfLots } from './readShelfLots';

interface LeavingUnits {
  sku: string;
  location: string;
  quantity: number;
  picked: number;
}

/**
 * A parcel has left: what was allocated for it leaves the shelf, and its units are shipped. On hand moves here and nowhere earlier.
 * Units of items that are tracked by lot leave with a line in the ledger for each lot: the lots that were picked, else first
 * expired first. The carrier has them, so that what has expired counts as gone where the other lots have too little.
 */
export async function dispatchStock(
  transaction: Transaction,
  parcel: { orderId: string; number: number },
  actor: string,
): Promise<void> {
  const { rows: tracked } = await prepared<{ rows: LeavingUnits[] }>(transaction, DISPATCH, { ...parcel, actor });
  if (tracked.length === 0) return;
  const moves = [];
  for (const leaving of tracked) {
    const { sku, location, quantity } = leaving;
    const wasPicked = leaving.picked > 0;
    const lots = wasPicked
      ? await readPickedLots(transaction, { ...parcel, sku })
      : lotsThatLeft(quantity, await readShelfLots(transaction, { sku, location }));
    const found = lots.reduce((sum, { units }) => sum + units, 0);
    if (found !== quantity) throw new Error(`the lots of ${sku} at ${location} have ${found} of ${quantity} units`);
    moves.push(
      ...lots.map(({ lot, units }) => ({
        ...{ sku, location, lot, onHand: -units, reserved: -units },
        ...(wasPicked && { picked: -units }),
      })),
    );
  }
  await moveStock(transaction, moves, { reason: 'shipped', document: parcel.orderId, actor });
}

async function readPickedLots(
  transaction: Transaction,
  parcel: { orderId: string; number: number; sku: string },
): Promise<LotUnits[]> {
  const { rows } = await prepared<{ rows: LotUnits[] }>(
    transaction,
    `SELECT lot, units FROM parcel_lots WHERE order_id = :orderId AND number = :number AND sku = :sku ORDER BY lot`,
    parcel,
  );
  return rows;
}

/** Locks all that leaves, also what the second step takes. @returns that. */
const DISPATCH = `
WITH held AS (
  ${HELD_UNITS} WHERE a.order_id = :orderId AND a.number = :number AND a.state = 'allocated' GROUP BY 1, 2
), locked AS MATERIALIZED (
  SELECT s.sku, s.location FROM stock_levels s JOIN held USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
), tracked AS (
  SELECT held.sku, held.location, held.quantity, held.picked FROM held JOIN locked USING (sku, location) JOIN items i USING (sku)
  WHERE i.tracking = 'lot'
), left_shelf AS (
  UPDATE stock_levels s SET on_hand = s.on_hand - held.quantity, reserved = s.reserved - held.quantity,
    picked = s.picked - held.picked, updated_at = now()
  FROM held JOIN locked USING (sku, location) JOIN items i USING (sku)
  WHERE s.sku = held.sku AND s.location = held.location AND i.tracking <> 'lot'
  RETURNING s.sku, s.location, held.quantity, held.picked
), moved AS (
  INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, picked_delta, reason, document, actor)
  SELECT sku, location, -quantity, -quantity, -picked, 'shipped', :orderId, :actor FROM left_shelf
), sent AS (
  UPDATE allocations SET state = 'shipped' WHERE order_id = :orderId AND number = :number AND state = 'allocated'
  RETURNING line_id, quantity
), lines AS (
  UPDATE order_lines l SET fulfilled = fulfilled + sent.quantity, shipped = shipped + sent.quantity,
    allocated = allocated - sent.quantity
  FROM sent WHERE l.id = sent.line_id
)
SELECT sku, location, quantity, picked FROM tracked ORDER BY sku, location`;
