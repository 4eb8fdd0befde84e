import type { Database } from '../connection';
import type { StockLevel } from './adjustStock';

export interface StockLevelOfItem extends StockLevel {
  name: string;
}

/** One page of stock levels by SKU and location. `available` is what can still be promised; below zero inside the safety stock. */
export async function listStock(
  database: Database,
  filter: { sku?: string | undefined; location?: string | undefined },
  page: { after: { sku: string; location: string } | null; limit: number },
): Promise<StockLevelOfItem[]> {
  const { rows } = await database.raw<{ rows: StockLevelOfItem[] }>(
    `SELECT s.sku, i.name, s.location, s.on_hand AS "onHand", s.reserved, s.available,
       s.safety_stock AS "safetyStock", s.incoming
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
