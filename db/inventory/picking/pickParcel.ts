import { chooseLots, type LotUnits } from '../../../domain/inventory/picking/chooseLots';
import { whyNotPick } from '../../../domain/inventory/picking/whyNotPick';
import { Refusal } from '../../../domain/failures';
import type { Database } from '../../connection';
import { changeOrder, type OrderChange } from '../../orders/changeOrder';
import { prepared, type Transaction } from '../../prepared';
import { inTransaction } from '../../transaction';
import { HELD_UNITS } from '../heldUnits';
import { lockLevels } from '../lockLevels';
import { moveStock, type StockMove } from '../moveStock';
import { readShelfLots } from '../readShelfLots';
import { readParcelToPick, type ParcelRecord } from './parcelToPick';

export type NamedLot = LotUnits & { sku: string };

export interface PickRequest {
  orderId: string;
  shipmentId: string;
  /** Which of its parcels. */
  number: number;
  /** The lots that were taken, of items that are tracked by lot; of an item without any, first expired first. */
  lots: readonly NamedLot[];
  actor: string;
}

/**
 * The units of a parcel are off the shelf: a part of what is reserved is picked from now on, with its line in the ledger and its event,
 * in one transaction under the locks of the order and of the levels. Doing it again changes nothing.
 * @throws {Refusal} not_found; illegal_transition: it is shipped, released, cancelled or on hold; stock_conflict: the lots have not so
 * much that has not expired; invalid_request: a lot of something that has none, or is not in the parcel.
 */
export async function pickParcel(on: Database | Transaction, request: PickRequest): Promise<ParcelRecord> {
  const { orderId, shipmentId } = request;
  return inTransaction(on, async (transaction) => {
    await changeOrder(transaction, orderId, (within) => pick(within, request));
    const parcel = await readParcelToPick(transaction, request);
    if (parcel === undefined) throw new Error(`the parcel ${shipmentId} is gone`);
    return parcel;
  });
}

async function pick(transaction: Transaction, request: PickRequest): Promise<OrderChange | null> {
  const { orderId, shipmentId, number, lots: named, actor } = request;
  const parcel = await readParcelToPick(transaction, request);
  if (parcel === undefined) throw new Refusal('not_found', `the order has no parcel ${shipmentId}`);
  const obstacle = whyNotPick(parcel);
  if (obstacle !== null) throw new Refusal('illegal_transition', obstacle);
  if (parcel.picked) {
    refuseOtherLots(parcel, named);
    return null;
  }
  const { rows: wanted } = await prepared<{ rows: WantedPart[] }>(transaction, WANTED, { orderId, number });
  refuseStrangers(wanted, named);
  await lockLevels(transaction, wanted);
  const moves: StockMove[] = [];
  for (const part of wanted) moves.push(...(await chooseMoves(transaction, part, named)));
  await moveStock(transaction, moves, { reason: 'picked', document: orderId, actor });
  const lots = moves.flatMap(({ sku, lot, picked }) => (lot === undefined ? [] : [{ sku, lot, units: picked }]));
  await prepared(transaction, MARK, { orderId, number, actor, lots: JSON.stringify(lots) });
  const units = parcel.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    events: [{ type: 'parcel.picked', actor, data: { shipmentId, number, location: parcel.location, units } }],
  };
}

interface WantedPart {
  sku: string;
  location: string;
  quantity: number;
  tracked: boolean;
}

const WANTED = `
WITH held AS (
  ${HELD_UNITS} WHERE a.order_id = :orderId AND a.number = :number AND a.state = 'allocated' GROUP BY 1, 2
)
SELECT held.sku, held.location, held.quantity, i.tracking = 'lot' AS tracked FROM held JOIN items i USING (sku) ORDER BY 1, 2`;

const MARK = `
WITH named AS (
  INSERT INTO parcel_lots (order_id, number, sku, lot, units)
  SELECT :orderId, :number, sku, lot, units FROM jsonb_to_recordset(:lots::jsonb) AS g(sku text, lot text, units bigint)
)
UPDATE allocations SET picked_at = now(), picked_by = :actor WHERE order_id = :orderId AND number = :number AND state = 'allocated'`;

async function chooseMoves(
  transaction: Transaction,
  { sku, location, quantity, tracked }: WantedPart,
  named: readonly NamedLot[],
): Promise<StockMove[]> {
  if (!tracked) return [{ sku, location, picked: quantity }];
  const chosen = chooseLots(
    quantity,
    await readShelfLots(transaction, { sku, location }),
    named.filter((one) => one.sku === sku),
  );
  if ('fault' in chosen) throw new Refusal('stock_conflict', `${sku} at ${location} ${chosen.fault}`);
  return chosen.lots.map(({ lot, units }) => ({ sku, location, lot, picked: units }));
}

function refuseStrangers(wanted: readonly WantedPart[], named: readonly NamedLot[]): void {
  const index = named.findIndex(({ sku }) => !wanted.some((part) => part.tracked && part.sku === sku));
  const stranger = named[index];
  if (stranger === undefined) return;
  const isThere = wanted.some(({ sku }) => sku === stranger.sku);
  const message = isThere ? 'is not tracked by lot' : 'is not in this parcel';
  throw new Refusal('invalid_request', `${stranger.sku} ${message}: leave its lot out`, {
    errors: [{ pointer: `/lots/${index}/sku`, message }],
  });
}

function refuseOtherLots(parcel: ParcelRecord, named: readonly NamedLot[]): void {
  const unitsOf = (lots: readonly NamedLot[], { sku, lot }: NamedLot) =>
    lots.reduce((sum, one) => sum + (one.sku === sku && one.lot === lot ? one.units : 0), 0);
  const other = named.find((one) => unitsOf(parcel.lots, one) !== unitsOf(named, one));
  if (other === undefined) return;
  const has = parcel.lots.filter(({ sku }) => sku === other.sku).map(({ lot, units }) => `${units} of ${lot}`);
  throw new Refusal(
    'illegal_transition',
    `this parcel was picked before with other lots of ${other.sku}: ${has.join(', ') || 'none'}`,
  );
}
