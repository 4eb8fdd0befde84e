import {
  classifyAbc,
  classifyXyz,
  type AbcClass,
  type XyzClass,
} from '../../../domain/inventory/replenishment/classes';
import { measureDemand } from '../../../domain/inventory/replenishment/demand';
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

export interface StockClass extends ReportedLevel {
  abc: AbcClass;
  xyz: XyzClass;
  /** What was shipped, in minor units at the item's cost; null without a cost. */
  value: number | null;
  currency: string | null;
  /** A day. */
  mean: number;
  /** σ / μ; null without demand. */
  variation: number | null;
}

type Measured = ReportedLevel &
  Pick<StockClass, 'value' | 'currency'> & { units: number; days: number; squares: number };

/**
 * How much each level turns over and how steadily, among all that the filter names: values of one currency against each other. All of
 * them are measured for each page.
 */
export async function listStockClasses(
  database: Database,
  filter: ReportFilter & { windowDays: number },
  page: ReportPage,
): Promise<StockClass[]> {
  const { rows } = await database.raw<{ rows: Measured[] }>(
    `SELECT ${LEVEL_REPORTED}, (d.units::numeric * i.unit_cost)::float8 AS value, i.cost_currency AS currency, d.units, d.days, d.squares
     FROM stock_levels s JOIN items i ON i.sku = s.sku CROSS JOIN ${DEMAND_HERE.replaceAll(':day', TODAY)} d
     WHERE ${ON_PAGE} ORDER BY s.sku, s.location LIMIT :limit`,
    { ...pageValues(filter, { after: null, limit: 2_147_483_647 }), window: filter.windowDays },
  );
  const keyOf = ({ sku, location }: ReportedLevel) => `${sku}\n${location}`;
  const classes = [...new Set(rows.map(({ currency }) => currency))].map((currency) =>
    classifyAbc(
      rows.filter((row) => row.currency === currency).map((row) => ({ key: keyOf(row), value: row.value ?? 0 })),
    ),
  );
  const { after, limit } = page;
  const first =
    after === null ? 0 : rows.findIndex((row) => row.sku === after.sku && row.location === after.location) + 1;
  return rows.slice(first, first + limit).map(({ units, days, squares, ...level }) => {
    const { mean, sd } = measureDemand(days, units, squares);
    const abc = classes.map((of) => of.get(keyOf(level))).find((found) => found !== undefined) ?? 'C';
    return { ...level, abc, xyz: classifyXyz({ mean, sd }), mean, variation: mean > 0 ? sd / mean : null };
  });
}
