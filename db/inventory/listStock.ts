import type { Database } from '../connection';
import { LEVEL_COLUMNS, type StockLevel } from './stockLevel';

export interface StockLevelOfItem extends StockLevel {
  name: string;
}

/** One page of stock levels by SKU and location. */
export async function listStock(
  database: Database,
  filter: { sku?: string | undefined; location?: string | undefined },
  page: { after: { sku: string; location: string } | null; limit: number },
): Promise<StockLevelOfItem[]> {
  const { rows } = await database.raw<{ rows: StockLevelOfItem[] }>(
    `SELECT ${LEVEL_COLUMNS}, i.name
     FROM stock_levels s JOIN items i ON i.sku = s.sku
     WHERE (:sku::text IS NULL OR s.sku = :sku) AND (:location::text IS NULL OR s.location = :location)
       AND (:afterSku::text IS NULL OR (s.sku, s.location) > (:afterSku, :afterLocation))
     ORDER BY s.sku, s.location LIMIT :limit`,
    {
      sku: filter.sku ?? null,
      location: filter.location ?? null,
      afterSku: page.after?.sku ?? null,
      afterLocation: page.after?.location ?? null,
      limit: page.limit,
    },
  );
  return rows;
}
