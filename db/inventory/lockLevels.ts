import { Refusal } from '../../domain/failures';
import { prepared, type Transaction } from '../prepared';
import { LEVEL_COLUMNS, type StockLevel } from './stockLevel';

interface Place {
  sku: string;
  location: string;
}

/**
 * The levels of these items at these places, as they stay until the transaction ends: made where they are new, and locked by SKU
 * and location, so that no two of these can wait for each other. A transaction locks all its levels at once.
 * @throws {Refusal} invalid_request: no such item or location.
 */
export async function lockLevels(transaction: Transaction, places: readonly Place[]): Promise<StockLevel[]> {
  const given = JSON.stringify(places.map(({ sku, location }) => ({ sku, location })));
  await prepared(transaction, MAKE, { given });
  const { rows } = await prepared<{ rows: StockLevel[] }>(transaction, LOCK, { given });
  if (rows.length === 0 || places.some((place) => !rows.some((level) => isAt(level, place))))
    await refuseUnknown(transaction, given);
  return rows;
}

export const isAt = (level: Place, place: Place): boolean =>
  level.sku === place.sku && level.location === place.location;

const MAKE = `
INSERT INTO stock_levels (sku, location)
SELECT DISTINCT g.sku, g.location FROM jsonb_to_recordset(:given::jsonb) AS g(sku text, location text)
  JOIN items i ON i.sku = g.sku JOIN locations p ON p.id = g.location
WHERE NOT EXISTS (SELECT FROM stock_levels s WHERE s.sku = g.sku AND s.location = g.location)
ORDER BY 1, 2 ON CONFLICT DO NOTHING`;

const LOCK = `
SELECT ${LEVEL_COLUMNS} FROM stock_levels s
WHERE (s.sku, s.location) IN (SELECT g.sku, g.location FROM jsonb_to_recordset(:given::jsonb) AS g(sku text, location text))
ORDER BY s.sku, s.location FOR UPDATE OF s`;

const UNKNOWN = `
SELECT g.sku AS item, NULL AS location FROM jsonb_to_recordset(:given::jsonb) AS g(sku text)
WHERE NOT EXISTS (SELECT FROM items i WHERE i.sku = g.sku)
UNION ALL
SELECT NULL, g.location FROM jsonb_to_recordset(:given::jsonb) AS g(location text)
WHERE NOT EXISTS (SELECT FROM locations p WHERE p.id = g.location)
LIMIT 1`;

async function refuseUnknown(transaction: Transaction, given: string): Promise<void> {
  const { rows } = await prepared<{ rows: { item: string | null; location: string | null }[] }>(transaction, UNKNOWN, {
    given,
  });
  const unknown = rows[0];
  if (unknown === undefined) return;
  if (unknown.item !== null)
    throw new Refusal('invalid_request', `there is no item ${unknown.item}`, {
      errors: [{ pointer: '/sku', message: 'is not in the catalogue' }],
    });
  throw new Refusal('invalid_request', `there is no location ${unknown.location ?? ''}`, {
    errors: [{ pointer: '/location', message: 'is not a location' }],
  });
}
