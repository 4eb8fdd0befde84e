import type { Database } from '../../connection';
import { DEMAND_HERE } from '../replenishment/stockFigures';
import {
  LEVEL_REPORTED,
  ON_PAGE,
  pageValues,
  TODAY,
  type ReportedLevel,
  type ReportFilter,
  type ReportPage,
} from './reportPage';

export interface Overstock extends ReportedLevel {
  onHand: number;
  incoming: number;
  maxUnits: number;
  excess: number;
  /** Of the excess, in minor units, at the cost of the rule or else of the item. */
  value: number | null;
  currency: string | null;
  /** Units shipped in so many days. */
  units: number;
  days: number;
}

/** Levels with more, on hand and on its way, than their rule of reordering means to have. */
export async function listOverstock(
  database: Database,
  filter: ReportFilter & { windowDays: number },
  page: ReportPage,
): Promise<Overstock[]> {
  const { rows } = await database.raw<{ rows: Overstock[] }>(
    `SELECT ${LEVEL_REPORTED}, s.on_hand AS "onHand", s.incoming, r.max_units AS "maxUnits",
       s.on_hand + s.incoming - r.max_units AS excess,
       ((s.on_hand + s.incoming - r.max_units)::numeric * coalesce(r.unit_cost, i.unit_cost))::float8 AS value,
       CASE WHEN r.unit_cost IS NULL THEN i.cost_currency ELSE r.currency END AS currency, d.units, d.days
     FROM reorder_rules r JOIN stock_levels s ON s.sku = r.sku AND s.location = r.location
       JOIN items i ON i.sku = s.sku CROSS JOIN ${DEMAND_HERE.replaceAll(':day', TODAY)} d
     WHERE ${ON_PAGE} AND s.on_hand + s.incoming > r.max_units
     ORDER BY s.sku, s.location LIMIT :limit`,
    { ...pageValues(filter, page), window: filter.windowDays },
  );
  return rows;
}
