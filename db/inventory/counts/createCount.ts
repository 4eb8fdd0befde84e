import { Refusal } from '../../../domain/failures';
import type { Tolerance } from '../../../domain/inventory/counts/judgeVariance';
import { prepared, type Transaction } from '../../prepared';
import { readCount, type CountRecord } from './countRecord';

export interface NewCount {
  id: string;
  location: string;
  /** null: all that have, or had, stock at the location. */
  skus: string[] | null;
  tolerance: Tolerance;
  note: string | null;
  actor: string;
}

/**
 * Opens a count, with a line for each item, and for each lot that has units. Lots that come later are not in it.
 * @throws {Refusal} invalid_request: no such location or item, or a kit.
 */
export async function createCount(transaction: Transaction, input: NewCount): Promise<CountRecord> {
  const { id, location, skus, tolerance, note, actor } = input;
  await refuseFaults(transaction, location, skus ?? []);
  await prepared(
    transaction,
    `INSERT INTO stock_counts (id, location, skus, tolerance_units, tolerance_value, tolerance_currency, note, created_by)
     VALUES (:id, :location, :skus, :units, :amount, :currency, :note, :actor)`,
    {
      ...{ id, location, skus, note, actor, units: tolerance.units },
      ...{ amount: tolerance.value?.amount ?? null, currency: tolerance.value?.currency ?? null },
    },
  );
  await prepared(
    transaction,
    `INSERT INTO stock_count_lines (count_id, sku, lot, expires_on)
     SELECT :id, i.sku, coalesce(l.lot, ''), l.expires_on
     FROM items i LEFT JOIN stock_lots l ON l.sku = i.sku AND l.location = :location AND l.on_hand > 0 AND i.tracking = 'lot'
     WHERE NOT EXISTS (SELECT FROM item_components c WHERE c.kit = i.sku) AND (i.tracking <> 'lot' OR l.lot IS NOT NULL)
       AND CASE WHEN :skus::text[] IS NULL THEN EXISTS (SELECT FROM stock_levels s WHERE s.sku = i.sku AND s.location = :location)
         ELSE i.sku = ANY(:skus) END`,
    { id, location, skus },
  );
  const count = await readCount(transaction, id);
  if (count === undefined) throw new Error(`the count ${id} was not written`);
  return count;
}

async function refuseFaults(transaction: Transaction, location: string, skus: readonly string[]): Promise<void> {
  const { rows } = await prepared<{ rows: { pointer: string; message: string }[] }>(
    transaction,
    `SELECT '/location' AS pointer, 'is not a location' AS message WHERE NOT EXISTS (SELECT FROM locations WHERE id = :location)
     UNION ALL
     (SELECT '/skus/' || g.n - 1, CASE WHEN i.sku IS NULL THEN 'is not in the catalogue' ELSE 'is a kit: count its components' END
      FROM unnest(:skus::text[]) WITH ORDINALITY AS g(sku, n) LEFT JOIN items i ON i.sku = g.sku
      WHERE i.sku IS NULL OR EXISTS (SELECT FROM item_components c WHERE c.kit = g.sku) ORDER BY g.n)
     LIMIT 1`,
    { location, skus },
  );
  const fault = rows[0];
  if (fault !== undefined)
    throw new Refusal('invalid_request', `${fault.pointer} ${fault.message}`, { errors: [fault] });
}
