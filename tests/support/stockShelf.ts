import type { Database } from '../../db/connection';

const ADDRESS = { name: 'Depot', line1: 'Dock 1', city: 'Berlin', postalCode: '10115', country: 'DE' };

/** Puts units of a SKU on a shelf, making both when they are new. */
export async function stockShelf(database: Database, sku: string, onHand: number, location: string): Promise<void> {
  await database.raw('INSERT INTO items (sku, name) VALUES (?, ?) ON CONFLICT DO NOTHING', [sku, `Item ${sku}`]);
  await database.raw('INSERT INTO locations (id, name, priority, address) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    location,
    location,
    Number(location.split('-')[1]),
    JSON.stringify(ADDRESS),
  ]);
  await database.raw('INSERT INTO stock_levels (sku, location, on_hand) VALUES (?, ?, ?)', [sku, location, onHand]);
  if (onHand === 0) return;
  await database.raw(
    `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor) VALUES (?, ?, ?, 0, 'received', 'test')`,
    [sku, location, onHand],
  );
}
