import type { Database } from '../../connection';
import {
  LEVEL_REPORTED,
  ON_PAGE,
  pageValues,
  type ReportedLevel,
  type ReportFilter,
  type ReportPage,
} from './reportPage';

export interface DeadStock extends ReportedLevel {
  onHand: number;
  value: number | null;
  currency: string | null;
  lastOutAt: Date | null;
  firstMovedAt: Date;
  /** Whole days since the last unit left, or since the first came where none has. */
  idleDays: number;
}

/**
 * Levels with units of which none has left in so many days, for a customer or another place. What was counted away, or written off,
 * has not left. What came here later than that has not lain long enough.
 */
export async function listDeadStock(
  database: Database,
  filter: ReportFilter & { idleDays: number },
  page: ReportPage,
): Promise<DeadStock[]> {
  const { rows } = await database.raw<{ rows: DeadStock[] }>(
    `SELECT ${LEVEL_REPORTED}, s.on_hand AS "onHand", (s.on_hand::numeric * i.unit_cost)::float8 AS value, i.cost_currency AS currency,
       gone.at AS "lastOutAt", first.at AS "firstMovedAt",
       floor(extract(epoch FROM now() - coalesce(gone.at, first.at)) / 86400)::int AS "idleDays"
     FROM stock_levels s JOIN items i ON i.sku = s.sku
       CROSS JOIN LATERAL (SELECT m.at FROM stock_movements m WHERE m.sku = s.sku AND m.location = s.location
         ORDER BY m.id LIMIT 1) first
       LEFT JOIN LATERAL (SELECT m.at FROM stock_movements m WHERE m.sku = s.sku AND m.location = s.location
         AND m.on_hand_delta < 0 AND m.reason IN ('shipped', 'transfer_shipped') ORDER BY m.at DESC LIMIT 1) gone ON true
     WHERE ${ON_PAGE} AND s.on_hand > 0 AND coalesce(gone.at, first.at) < now() - :idleDays::int * interval '24 hours'
     ORDER BY s.sku, s.location LIMIT :limit`,
    { ...pageValues(filter, page), idleDays: filter.idleDays },
  );
  return rows;
}
