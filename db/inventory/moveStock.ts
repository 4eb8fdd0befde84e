import { Refusal } from '../../domain/failures';
import { brokenConstraint } from '../connection';
import { prepared, type Transaction } from '../prepared';

/** A change of one level, in units. What is left out stays as it is. */
export interface StockMove {
  sku: string;
  location: string;
  onHand?: number;
  /** Promised to orders and reservations; part of on hand. */
  reserved?: number;
  /** Part of on hand, and not for sale. */
  damaged?: number;
  qualityHold?: number;
  /** On its way here; outside on hand. */
  incoming?: number;
  /** Required for an item that is tracked by lot, where on hand changes. */
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
 * The one writer of stock beside the order's own steps: levels, lots and their lines in the ledger, in one statement of the
 * caller's transaction. Rows are locked by SKU and location, so that no two of these can wait for each other; a level that is
 * new is made. Several moves of one level are one line of the ledger each.
 * @throws {Refusal} stock_conflict: a bucket would fall below zero, or below what is reserved; invalid_request: no such item or
 * location, or a lot is missing.
 */
export async function moveStock(
  transaction: Transaction,
  moves: readonly StockMove[],
  why: StockReason,
): Promise<void> {
  const rows = moves.map((move, index) => ({
    n: index,
    sku: move.sku,
    location: move.location,
    on_hand: move.onHand ?? 0,
    reserved: move.reserved ?? 0,
    damaged: move.damaged ?? 0,
    quality_hold: move.qualityHold ?? 0,
    incoming: move.incoming ?? 0,
    lot: move.lot ?? null,
    expires_on: move.expiresOn ?? null,
  }));
  if (rows.length === 0) return;
  try {
    await makeLevels(transaction, rows);
    const { rows: answers } = await prepared<{ rows: [{ untracked: string | null }] }>(transaction, MOVE, {
      ...why,
      moves: JSON.stringify(rows),
    });
    const { untracked } = answers[0];
    if (untracked !== null)
      throw new Refusal('invalid_request', `${untracked} is tracked by lot: say which \`lot\` its units belong to`);
  } catch (error) {
    throw toRefusal(error);
  }
}

const SHAPE = `jsonb_to_recordset(:moves::jsonb) AS m(n int, sku text, location text, on_hand bigint, reserved bigint, damaged bigint,
  quality_hold bigint, incoming bigint, lot text, expires_on date)`;

async function makeLevels(transaction: Transaction, rows: readonly object[]): Promise<void> {
  await prepared(
    transaction,
    `INSERT INTO stock_levels (sku, location)
     SELECT DISTINCT m.sku, m.location FROM ${SHAPE}
     WHERE NOT EXISTS (SELECT FROM stock_levels s WHERE s.sku = m.sku AND s.location = m.location)
     ORDER BY m.sku, m.location ON CONFLICT DO NOTHING`,
    { moves: JSON.stringify(rows) },
  );
}

const MOVE = `
WITH moves AS (
  SELECT m.* FROM ${SHAPE}
  WHERE (m.on_hand, m.reserved, m.damaged, m.quality_hold, m.incoming) <> (0, 0, 0, 0, 0)
), sums AS (
  SELECT sku, location, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved, sum(damaged)::bigint AS damaged,
    sum(quality_hold)::bigint AS quality_hold, sum(incoming)::bigint AS incoming
  FROM moves GROUP BY sku, location
), locked AS MATERIALIZED (
  SELECT s.sku, s.location FROM stock_levels s JOIN sums USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
), changed AS (
  UPDATE stock_levels s SET on_hand = s.on_hand + sums.on_hand, reserved = s.reserved + sums.reserved,
    damaged = s.damaged + sums.damaged, quality_hold = s.quality_hold + sums.quality_hold,
    incoming = s.incoming + sums.incoming, updated_at = now()
  FROM sums JOIN locked USING (sku, location) WHERE s.sku = sums.sku AND s.location = sums.location
  RETURNING s.sku
), lots AS (
  SELECT m.sku, m.location, m.lot, max(m.expires_on) AS expires_on, sum(m.on_hand)::bigint AS on_hand
  FROM moves m JOIN locked USING (sku, location) WHERE m.lot IS NOT NULL AND m.on_hand <> 0 GROUP BY m.sku, m.location, m.lot
), lots_changed AS (
  UPDATE stock_lots l SET on_hand = l.on_hand + lots.on_hand, expires_on = coalesce(l.expires_on, lots.expires_on)
  FROM lots WHERE l.sku = lots.sku AND l.location = lots.location AND l.lot = lots.lot
), lots_made AS (
  INSERT INTO stock_lots (sku, location, lot, expires_on, on_hand)
  SELECT sku, location, lot, expires_on, on_hand FROM lots
  WHERE NOT EXISTS (SELECT FROM stock_lots l WHERE l.sku = lots.sku AND l.location = lots.location AND l.lot = lots.lot)
), told AS (
  INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, damaged_delta, quality_hold_delta, incoming_delta, lot,
    reason, document, actor)
  SELECT m.sku, m.location, m.on_hand, m.reserved, m.damaged, m.quality_hold, m.incoming, m.lot, :reason, :document, :actor
  FROM moves m JOIN locked USING (sku, location) ORDER BY m.n
)
SELECT min(m.sku) AS untracked FROM moves m JOIN items i ON i.sku = m.sku
WHERE i.tracking = 'lot' AND m.on_hand <> 0 AND m.lot IS NULL`;

const TOO_LITTLE: Record<string, string> = {
  never_oversold: 'more would be reserved, damaged or held back than is on hand',
  stock_levels_on_hand_check: 'less than nothing would be on hand',
  stock_levels_reserved_check: 'less than nothing would be reserved',
  stock_levels_damaged_check: 'less than nothing would be damaged',
  stock_levels_quality_hold_check: 'less than nothing would be on quality hold',
  stock_levels_incoming_check: 'less than nothing would be on its way',
  stock_lots_on_hand_check: 'less than nothing would be left of the lot',
};

function toRefusal(error: unknown): unknown {
  const constraint = brokenConstraint(error);
  if (constraint === undefined) return error;
  if (constraint === 'stock_levels_sku_fkey')
    return new Refusal('invalid_request', 'there is no such item', {
      errors: [{ pointer: '/sku', message: 'is not in the catalogue' }],
    });
  if (constraint === 'stock_levels_location_fkey')
    return new Refusal('invalid_request', 'there is no such location', {
      errors: [{ pointer: '/location', message: 'is not a location' }],
    });
  const what = TOO_LITTLE[constraint];
  return what === undefined ? error : new Refusal('stock_conflict', `${what}; read the stock again and decide anew`);
}
