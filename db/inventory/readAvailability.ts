import { findPromiseDate, firstSale, notBeforeSale, unitsAt, unitsByLocation } from '../../domain/inventory/promise';
import type { Database } from '../connection';
import { prepared } from '../prepared';
import { readSupply } from './readSupply';

export interface Availability {
  /** Units that an order could have now. */
  available: number;
  /** The same by the time that was asked for; null where none was. */
  availableAt: number | null;
  /** By when the quantity that was asked for can be there; null: nobody knows. */
  promisedAt: Date | null;
  availableFrom: Date | null;
  /** What each location could give by itself now. */
  from: { location: string; units: number }[];
}

/** @returns undefined when there is no such item. */
export async function readAvailability(
  database: Database,
  question: { sku: string; channel: string; country: string | null; quantity: number; at: Date | null },
): Promise<Availability | undefined> {
  const { sku, channel, country, quantity, at } = question;
  const components = await readComponents(database, sku);
  const skus = [sku, ...components.map((component) => component.sku)];
  const { now, items } = await readSupply(database, { skus, channel, country });
  const item = items.get(sku);
  if (item === undefined) return undefined;
  const parts = components.map((component) => ({
    supply: items.get(component.sku) ?? { shelves: [], demands: [] },
    quantity: component.quantity,
  }));
  const soldFrom = skus.map((one) => items.get(one)?.availableFrom ?? null);
  const promised = notBeforeSale(findPromiseDate(parts, quantity, firstSale(now, soldFrom)), soldFrom);
  const from = notBeforeSale(null, soldFrom);
  return {
    available: unitsAt(parts, now),
    availableAt: at === null ? null : unitsAt(parts, Math.max(at.getTime(), now)),
    promisedAt: promised === null ? null : new Date(promised),
    availableFrom: from === null ? null : new Date(from),
    from: unitsByLocation(parts, now),
  };
}

/** What one unit takes from the shelf: of an item that is no kit, one of itself. */
async function readComponents(database: Database, sku: string): Promise<{ sku: string; quantity: number }[]> {
  const { rows } = await prepared<{ rows: { sku: string; quantity: number }[] }>(
    database,
    'SELECT sku, quantity FROM item_components WHERE kit = ? ORDER BY sku',
    [sku],
  );
  return rows.length > 0 ? rows : [{ sku, quantity: 1 }];
}
