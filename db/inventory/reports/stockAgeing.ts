import type { Database } from '../../connection';
import {
  LEVEL_REPORTED,
  ON_PAGE,
  pageValues,
  type ReportedLevel,
  type ReportFilter,
  type ReportPage,
} from './reportPage';

export interface StockAgeing extends ReportedLevel {
  onHand: number;
  upTo30: number;
  upTo60: number;
  upTo90: number;
  /** With what no receipt is known of. */
  over90: number;
  /** null: no receipt of it is known. */
  oldestDays: number | null;
  value: number | null;
  currency: string | null;
}

/**
 * How long what is on hand has been here, in whole days; the four ages are together what is on hand. Of items tracked by lot it is
 * the lots that are left; of others first in counts as first out, so that what is left came with the latest movements in.
 */
export async function listStockAgeing(
  database: Database,
  filter: ReportFilter,
  page: ReportPage,
): Promise<StockAgeing[]> {
  const { rows } = await database.raw<{ rows: StockAgeing[] }>(AGES, pageValues(filter, page));
  return rows;
}

const AGES = `
WITH page AS (
  SELECT ${LEVEL_REPORTED}, s.on_hand, i.tracking, i.unit_cost, i.cost_currency,
    CASE WHEN i.tracking = 'lot' THEN (SELECT coalesce(sum(l.on_hand), 0) FROM stock_lots l
      WHERE l.sku = s.sku AND l.location = s.location) ELSE 0 END AS in_lots
  FROM stock_levels s JOIN items i ON i.sku = s.sku
  WHERE ${ON_PAGE} AND s.on_hand > 0
  ORDER BY s.sku, s.location LIMIT :limit
), layers AS (
  SELECT p.sku, p.location, l.on_hand AS units, l.received_at AS at
  FROM page p JOIN stock_lots l ON l.sku = p.sku AND l.location = p.location
  WHERE p.tracking = 'lot' AND l.on_hand > 0
  UNION ALL
  SELECT p.sku, p.location, least(m.units, p.on_hand - p.in_lots - m.newer), m.at
  FROM page p CROSS JOIN LATERAL (
    SELECT m.on_hand_delta AS units, m.at, coalesce(sum(m.on_hand_delta)
      OVER (ORDER BY m.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
    FROM stock_movements m
    WHERE m.sku = p.sku AND m.location = p.location AND m.on_hand_delta > 0 AND (p.tracking <> 'lot' OR m.lot IS NULL)) m
  WHERE m.newer < p.on_hand - p.in_lots
), aged AS (
  SELECT sku, location, units, floor(extract(epoch FROM now() - at) / 86400)::int AS age FROM layers
), ages AS (
  SELECT sku, location, max(age) AS oldest,
    coalesce(sum(units) FILTER (WHERE age <= 30), 0)::bigint AS up_to_30,
    coalesce(sum(units) FILTER (WHERE age BETWEEN 31 AND 60), 0)::bigint AS up_to_60,
    coalesce(sum(units) FILTER (WHERE age BETWEEN 61 AND 90), 0)::bigint AS up_to_90
  FROM aged GROUP BY sku, location
)
SELECT p.sku, p.name, p.category, p.location, p.on_hand AS "onHand", coalesce(a.up_to_30, 0) AS "upTo30",
  coalesce(a.up_to_60, 0) AS "upTo60", coalesce(a.up_to_90, 0) AS "upTo90",
  p.on_hand - coalesce(a.up_to_30 + a.up_to_60 + a.up_to_90, 0) AS over90, a.oldest AS "oldestDays",
  (p.on_hand::numeric * p.unit_cost)::float8 AS value, p.cost_currency AS currency
FROM page p LEFT JOIN ages a USING (sku, location) ORDER BY p.sku, p.location`;
