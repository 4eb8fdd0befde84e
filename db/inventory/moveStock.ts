import { Refusal } from '../../domain/failures';
import { findShortfall } from '../../domain/inventory/stock/findShortfall';
import { brokenConstraint } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { isAt, lockLevels } from './lockLevels';
import type { StockLevel } from './stockLevel';

/** A change of one level, in units. What is left out stays as it is. */
export interface StockMove {
  sku: string;
  location: string;
  onHand?: number;
  /** Promised to orders and reservations; part of on hand. */
  reserved?: number;
  /** Off the shelf for a parcel; part of reserved. */
  picked?: number;
  /** Part of on hand, and not for sale. */
  damaged?: number;
  qualityHold?: number;
  /** On its way here; outside on hand. */
  incoming?: number;
  /** Required for an item that is tracked by lot, where on hand, picked, damaged or quality hold change. */
  lot?: string;
  /** ISO date; of a lot that is new here. */
  expiresOn?: string;
}

export interface StockReason {
  reason: string;
  /** The order, purchase order, transfer, count or delivery note it belongs to. */
  document: string | null;
  actor: string;
}

/**
 * The one writer of stock beside the order's own steps: levels, lots and their lines in the ledger, in the caller's transaction.
 * Levels are locked by SKU and location, so that no two of these can wait for each other (a transaction calls it once, or has
 * locked all its levels before: `lockLevels`); a level that is new is made. Several moves of one level are one line of the
 * ledger each, those that bring units first.
 * @throws {Refusal} stock_conflict: a bucket would fall below zero, or on hand below what is reserved and held back;
 * invalid_request: no such item or location, a kit, a lot is missing or is another one.
 */
export async function moveStock(
  transaction: Transaction,
  moves: readonly StockMove[],
  why: StockReason,
): Promise<void> {
  if (moves.length === 0) return;
  refuseShortfall(await lockLevels(transaction, moves), moves);
  const rows = moves.map((move, index) => ({
    n: index,
    sku: move.sku,
    location: move.location,
    on_hand: move.onHand ?? 0,
    reserved: move.reserved ?? 0,
    picked: move.picked ?? 0,
    damaged: move.damaged ?? 0,
    quality_hold: move.qualityHold ?? 0,
    incoming: move.incoming ?? 0,
    lot: move.lot ?? null,
    expires_on: move.expiresOn ?? null,
  }));
  try {
    const { rows: faults } = await prepared<{ rows: Fault[] }>(transaction, MOVE, {
      ...why,
      moves: JSON.stringify(rows),
    });
    if (faults[0] !== undefined) throw refusalOf(faults[0]);
  } catch (error) {
    throw toRefusal(error);
  }
}

function refuseShortfall(levels: readonly StockLevel[], moves: readonly StockMove[]): void {
  for (const level of levels) {
    const after = { ...level };
    for (const move of moves.filter((move) => isAt(level, move)))
      for (const bucket of ['onHand', 'reserved', 'picked', 'damaged', 'qualityHold', 'incoming'] as const)
        after[bucket] += move[bucket] ?? 0;
    const shortfall = findShortfall(after);
    if (shortfall !== null) throw new Refusal('stock_conflict', `${shortfall} (${level.sku} at ${level.location})`);
  }
}

const MOVE = `
WITH moves AS (
  SELECT m.* FROM jsonb_to_recordset(:moves::jsonb) AS m(n int, sku text, location text, on_hand bigint, reserved bigint, picked bigint,
    damaged bigint, quality_hold bigint, incoming bigint, lot text, expires_on date)
  WHERE (m.on_hand, m.reserved, m.picked, m.damaged, m.quality_hold, m.incoming) <> (0, 0, 0, 0, 0, 0)
), sums AS (
  SELECT sku, location, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved, sum(picked)::bigint AS picked,
    sum(damaged)::bigint AS damaged, sum(quality_hold)::bigint AS quality_hold, sum(incoming)::bigint AS incoming
  FROM moves GROUP BY sku, location
), changed AS (
  UPDATE stock_levels s SET on_hand = s.on_hand + sums.on_hand, reserved = s.reserved + sums.reserved,
    picked = s.picked + sums.picked, damaged = s.damaged + sums.damaged, quality_hold = s.quality_hold + sums.quality_hold,
    incoming = s.incoming + sums.incoming, updated_at = now()
  FROM sums WHERE s.sku = sums.sku AND s.location = sums.location
), lots AS (
  SELECT sku, location, lot, max(expires_on) AS expires_on, sum(on_hand)::bigint AS on_hand, sum(picked)::bigint AS picked,
    sum(damaged)::bigint AS damaged, sum(quality_hold)::bigint AS quality_hold
  FROM moves WHERE lot IS NOT NULL AND (on_hand, picked, damaged, quality_hold) <> (0, 0, 0, 0) GROUP BY sku, location, lot
), lots_changed AS (
  UPDATE stock_lots l SET on_hand = l.on_hand + lots.on_hand, picked = l.picked + lots.picked, damaged = l.damaged + lots.damaged,
    quality_hold = l.quality_hold + lots.quality_hold, expires_on = coalesce(l.expires_on, lots.expires_on)
  FROM lots WHERE l.sku = lots.sku AND l.location = lots.location AND l.lot = lots.lot
), lots_made AS (
  INSERT INTO stock_lots (sku, location, lot, expires_on, on_hand, picked, damaged, quality_hold)
  SELECT sku, location, lot, expires_on, on_hand, picked, damaged, quality_hold FROM lots
  WHERE NOT EXISTS (SELECT FROM stock_lots l WHERE l.sku = lots.sku AND l.location = lots.location AND l.lot = lots.lot)
), told AS (
  INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, picked_delta, damaged_delta, quality_hold_delta,
    incoming_delta, lot, reason, document, actor)
  SELECT sku, location, on_hand, reserved, picked, damaged, quality_hold, incoming, lot, :reason, :document, :actor
  FROM moves ORDER BY on_hand - reserved - damaged - quality_hold DESC, n
)
SELECT m.sku, m.lot, l.expires_on::text AS "expiresOn", EXISTS (SELECT FROM item_components c WHERE c.kit = m.sku) AS "isKit",
  i.tracking = 'lot' AS "isTracked"
FROM moves m JOIN items i ON i.sku = m.sku LEFT JOIN stock_lots l ON l.sku = m.sku AND l.location = m.location AND l.lot = m.lot
WHERE EXISTS (SELECT FROM item_components c WHERE c.kit = m.sku) OR (m.lot IS NOT NULL AND i.tracking <> 'lot')
  OR (m.lot IS NULL AND i.tracking = 'lot' AND (m.on_hand, m.picked, m.damaged, m.quality_hold) <> (0, 0, 0, 0))
  OR (m.expires_on <> l.expires_on)
ORDER BY m.n LIMIT 1`;

/** Of the first move that could not be one. `expiresOn`: of the lot that is there. */
interface Fault {
  sku: string;
  lot: string | null;
  expiresOn: string | null;
  isKit: boolean;
  isTracked: boolean;
}

function refusalOf({ sku, lot, expiresOn, isKit, isTracked }: Fault): Refusal {
  const refuse = (pointer: string, message: string, detail: string) =>
    new Refusal('invalid_request', detail, { errors: [{ pointer, message }] });
  if (isKit)
    return refuse('/sku', 'is a kit', `${sku} is a kit and has no stock of its own: move that of its components`);
  if (lot === null)
    return refuse('/lot', 'is required', `${sku} is tracked by lot: say which \`lot\` its units belong to`);
  if (!isTracked) return refuse('/lot', 'is not for this item', `${sku} is not tracked by lot: leave \`lot\` out`);
  return refuse(
    '/expiresOn',
    'is not that of the lot',
    `lot ${lot} of ${sku} expires on ${expiresOn ?? 'no day'} here`,
  );
}

const TOO_LITTLE: Record<string, string> = {
  never_oversold: 'more would be reserved, damaged or held back than is on hand',
  stock_levels_on_hand_check: 'less than nothing would be on hand',
  stock_levels_reserved_check: 'less than nothing would be reserved',
  stock_levels_picked_check: 'less than nothing would be picked',
  what_is_picked_is_reserved: 'more would be picked than is reserved for orders',
  stock_levels_damaged_check: 'less than nothing would be damaged',
  stock_levels_quality_hold_check: 'less than nothing would be on quality hold',
  stock_levels_incoming_check: 'less than nothing would be on its way',
  stock_lots_on_hand_check: 'less than nothing would be left of the lot',
  stock_lots_picked_check: 'less than nothing of the lot would be picked',
  stock_lots_damaged_check: 'less than nothing of the lot would be damaged',
  stock_lots_quality_hold_check: 'less than nothing of the lot would be on quality hold',
  lot_has_what_is_held_back: 'the lot has not so many units that are neither damaged, held back nor picked',
};

function toRefusal(error: unknown): unknown {
  const what = TOO_LITTLE[brokenConstraint(error) ?? ''];
  return what === undefined ? error : new Refusal('stock_conflict', `${what}; read the stock again and decide anew`);
}
