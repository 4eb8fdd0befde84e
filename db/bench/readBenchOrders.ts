import type { Database } from '../connection';

export interface BenchOrder {
  id: string;
  status: string;
  /** Milliseconds since 1970; null while open. */
  createdAt: number;
  closedAt: number | null;
}

/** The orders of one run of the benchmark, by the beginning of their reference. */
export async function readBenchOrders(database: Database, prefix: string): Promise<BenchOrder[]> {
  const { rows } = await database.raw<{ rows: BenchOrder[] }>(
    `SELECT id, status, extract(epoch FROM created_at)::float8 * 1000 AS "createdAt", extract(epoch FROM closed_at)::float8 * 1000 AS "closedAt"
     FROM orders WHERE reference LIKE ?`,
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
