import type { Database } from '../connection';

export interface DriftingLevel {
  sku: string;
  location: string;
  onHand: number;
  reserved: number;
  /** What the movements add up to. */
  movedOnHand: number;
  movedReserved: number;
}

/** Stock levels that are negative, that have more reserved than there is, or that are not the sum of their movements. */
export async function findStockDrift(database: Database): Promise<{ checked: number; found: DriftingLevel[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingLevel[] }>(
    `SELECT l.sku, l.location, l.on_hand AS "onHand", l.reserved, coalesce(m.on_hand, 0)::bigint AS "movedOnHand",
       coalesce(m.reserved, 0)::bigint AS "movedReserved"
     FROM stock_levels l LEFT JOIN (
       SELECT sku, location, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved FROM stock_movements GROUP BY sku, location
     ) m USING (sku, location)
     WHERE l.on_hand < 0 OR l.reserved < 0 OR l.reserved > l.on_hand
       OR (l.on_hand, l.reserved) <> (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))
     ORDER BY l.sku, l.location`,
  );
  const { rows } = await database.raw<{ rows: [{ levels: number }] }>(
    'SELECT count(*)::int AS levels FROM stock_levels',
  );
  return { checked: rows[0].levels, found };
}
