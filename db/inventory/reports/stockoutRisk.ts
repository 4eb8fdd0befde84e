import type { Database } from '../../connection';
import { BACKORDERS_HERE, DEMAND_HERE } from '../replenishment/stockFigures';
import {
  LEVEL_REPORTED,
  ON_PAGE,
  pageValues,
  TODAY,
  type ReportedLevel,
  type ReportFilter,
  type ReportPage,
} from './reportPage';

export interface StockoutRisk extends ReportedLevel {
  onHand: number;
  reserved: number;
  damaged: number;
  qualityHold: number;
  incoming: number;
  backorders: number;
  leadTimeDays: number;
  nextExpectedAt: Date | null;
  /** Units shipped in so many days. */
  units: number;
  days: number;
}

/**
 * Levels whose position lasts no longer than what is ordered now takes to come, and `marginDays` more; and those that customers
 * wait for with nothing on its way to them.
 */
export async function listStockoutRisks(
  database: Database,
  filter: ReportFilter & { windowDays: number; marginDays: number },
  page: ReportPage,
): Promise<StockoutRisk[]> {
  const { rows } = await database.raw<{ rows: StockoutRisk[] }>(
    `SELECT ${LEVEL_REPORTED}, s.on_hand AS "onHand", s.reserved, s.damaged, s.quality_hold AS "qualityHold", s.incoming,
       b.backorders, t.lead AS "leadTimeDays", d.units, d.days,
       (SELECT min(e.expected_at) FROM expected_stock e WHERE e.sku = s.sku AND e.location = s.location) AS "nextExpectedAt"
     FROM stock_levels s JOIN items i ON i.sku = s.sku
       LEFT JOIN reorder_rules r ON r.sku = s.sku AND r.location = s.location
       CROSS JOIN LATERAL (SELECT coalesce(r.lead_time_days, i.lead_time_days) AS lead) t
       CROSS JOIN ${DEMAND_HERE.replaceAll(':day', TODAY)} d
       CROSS JOIN LATERAL (SELECT ${BACKORDERS_HERE} AS backorders) b
       CROSS JOIN LATERAL (SELECT s.on_hand - s.reserved - s.damaged - s.quality_hold + s.incoming - b.backorders AS units) p
     WHERE ${ON_PAGE}
       AND (p.units < 0 OR (d.units > 0 AND p.units * d.days <= (t.lead + :marginDays::int) * d.units))
     ORDER BY s.sku, s.location LIMIT :limit`,
    { ...pageValues(filter, page), window: filter.windowDays, marginDays: filter.marginDays },
  );
  return rows;
}
