import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';

/** Which of these SKUs are not in the catalogue, and which of these locations there are not. */
export async function findUnknown(
  on: Database | Transaction,
  { skus = [], locations = [] }: { skus?: readonly string[]; locations?: readonly string[] },
): Promise<{ skus: Set<string>; locations: Set<string> }> {
  const { rows } = await prepared<{ rows: [{ skus: string[]; locations: string[] }] }>(
    on,
    `SELECT ARRAY(SELECT g.sku FROM unnest(:skus::text[]) AS g(sku) WHERE NOT EXISTS (SELECT FROM items i WHERE i.sku = g.sku)) AS skus,
       ARRAY(SELECT g.id FROM unnest(:locations::text[]) AS g(id) WHERE NOT EXISTS (SELECT FROM locations l WHERE l.id = g.id)) AS locations`,
    { skus: [...new Set(skus)], locations: [...new Set(locations)] },
  );
  return { skus: new Set(rows[0].skus), locations: new Set(rows[0].locations) };
}
