import type { Database } from '../connection';

/** Times are milliseconds since 1970; null where it has not come to that. */
export interface BenchOrder {
  id: string;
  status: string;
  createdAt: number;
  /** Confirmed or rejected. */
  decidedAt: number | null;
  closedAt: number | null;
}

/** The orders of one run of the benchmark, by the beginning of their reference. */
export async function readBenchOrders(database: Database, prefix: string): Promise<BenchOrder[]> {
  const ms = (time: string) => `extract(epoch FROM ${time})::float8 * 1000`;
  const { rows } = await database.raw<{ rows: BenchOrder[] }>(
    `SELECT o.id, o.status, ${ms('o.created_at')} AS "createdAt", ${ms('d.at')} AS "decidedAt", ${ms('o.closed_at')} AS "closedAt"
     FROM orders o LEFT JOIN order_events d ON d.order_id = o.id AND d.type IN ('order.confirmed', 'order.rejected')
     WHERE o.reference LIKE ?`,
    [`${prefix}-%`],
  );
  return rows;
}

/** Enough on the shelf for any benchmark. */
export async function fillShelf(database: Database, sku: string, onHand: number): Promise<void> {
  await database.raw(
    `WITH moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
       SELECT sku, location, :onHand, 0, 'benchmark', 'bench' FROM stock_levels WHERE sku = :sku
     ) UPDATE stock_levels SET on_hand = on_hand + :onHand WHERE sku = :sku`,
    { sku, onHand },
  );
}

/** So many at one location, and none at any other. */
export async function setShelf(database: Database, sku: string, onHand: number): Promise<void> {
  await database.raw(
    `WITH wanted AS (
       SELECT sku, location, on_hand, CASE WHEN location = min(location) OVER () THEN :onHand::bigint ELSE 0 END AS target
       FROM stock_levels WHERE sku = :sku
     ), moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
       SELECT sku, location, target - on_hand, 0, 'benchmark', 'bench' FROM wanted WHERE target <> on_hand
     ) UPDATE stock_levels l SET on_hand = w.target, safety_stock = 0 FROM wanted w WHERE w.sku = l.sku AND w.location = l.location`,
    { sku, onHand },
  );
}

/** Messages that no customer has got yet. */
export async function countUnsent(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: [{ unsent: number }] }>(
    'SELECT count(*)::int AS unsent FROM notifications WHERE sent_at IS NULL',
  );
  return rows[0].unsent;
}

/** Over all locations. */
export async function readLevel(database: Database, sku: string): Promise<{ onHand: number; reserved: number }> {
  const { rows } = await database.raw<{ rows: [{ onHand: number; reserved: number }] }>(
    'SELECT sum(on_hand)::int AS "onHand", sum(reserved)::int AS reserved FROM stock_levels WHERE sku = ?',
    [sku],
  );
  return rows[0];
}
