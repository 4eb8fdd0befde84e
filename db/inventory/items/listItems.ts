import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { ITEM_COLUMNS, type ItemRecord } from './itemRecord';

export interface ItemFilter {
  /** Some of its SKU or name. */
  q?: string | undefined;
  category?: string | undefined;
  kit?: boolean | undefined;
}

/** One page of the catalogue by SKU. */
export async function listItems(
  database: Database,
  filter: ItemFilter,
  page: { after: string | null; limit: number },
): Promise<ItemRecord[]> {
  const { rows } = await database.raw<{ rows: ItemRecord[] }>(
    `SELECT ${ITEM_COLUMNS} FROM items i
     WHERE (:q::text IS NULL OR position(lower(:q) IN lower(i.sku || ' ' || i.name)) > 0)
       AND (:category::text IS NULL OR i.category = :category)
       AND (:kit::boolean IS NULL OR EXISTS (SELECT FROM item_components c WHERE c.kit = i.sku) = :kit)
       AND (:after::text IS NULL OR i.sku > :after)
     ORDER BY i.sku LIMIT :limit`,
    { q: filter.q ?? null, category: filter.category ?? null, kit: filter.kit ?? null, ...page },
  );
  return rows;
}

/** @returns undefined when there is no such item. */
export async function readItem(database: Database | Transaction, sku: string): Promise<ItemRecord | undefined> {
  const { rows } = await prepared<{ rows: ItemRecord[] }>(
    database,
    `SELECT ${ITEM_COLUMNS} FROM items i WHERE i.sku = ?`,
    [sku],
  );
  return rows[0];
}
