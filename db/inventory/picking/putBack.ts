import { prepared, type Transaction } from '../../prepared';
import { HELD_UNITS } from '../heldUnits';
import { lockLevels } from '../lockLevels';
import { moveStock } from '../moveStock';

/**
 * Puts what was picked for an order and has not left back on the shelf, with its lines in the ledger (`put_back`), under the lock of
 * the order. Its units stay allocated. All levels that the order holds are locked after it, if anything was picked.
 */
export async function putBack(transaction: Transaction, orderId: string, actor: string): Promise<void> {
  const { rows: held } = await prepared<{
    rows: { sku: string; location: string; picked: number; tracked: boolean }[];
  }>(transaction, HELD, { orderId });
  if (held.every(({ picked }) => picked === 0)) return;
  await lockLevels(transaction, held);
  const { rows: lots } = await prepared<{ rows: { sku: string; location: string; lot: string; units: number }[] }>(
    transaction,
    TAKE_OFF,
    { orderId },
  );
  await moveStock(
    transaction,
    [
      ...held
        .filter(({ picked, tracked }) => picked > 0 && !tracked)
        .map(({ sku, location, picked }) => ({ sku, location, picked: -picked })),
      ...lots.map(({ sku, location, lot, units }) => ({ sku, location, lot, picked: -units })),
    ],
    { reason: 'put_back', document: orderId, actor },
  );
}

const HELD = `
WITH held AS (
  ${HELD_UNITS} WHERE a.order_id = :orderId AND a.state = 'allocated' GROUP BY 1, 2
)
SELECT held.sku, held.location, held.picked, i.tracking = 'lot' AS tracked FROM held JOIN items i USING (sku) ORDER BY 1, 2`;

const TAKE_OFF = `
WITH parcels AS (
  UPDATE allocations SET picked_at = NULL, picked_by = NULL
  WHERE order_id = :orderId AND state = 'allocated' AND picked_at IS NOT NULL RETURNING number, location
), gone AS (
  DELETE FROM parcel_lots p USING (SELECT DISTINCT number, location FROM parcels) one
  WHERE p.order_id = :orderId AND p.number = one.number RETURNING p.sku, one.location, p.lot, p.units
)
SELECT sku, location, lot, sum(units)::bigint AS units FROM gone GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
