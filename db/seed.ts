import type { Knex } from 'knex';
import type { Role } from '../domain/auth';
import { newId } from '../runtime/newId';
import { saveApiKey } from './apiKeys';
import { connectDatabase, type Database } from './connection';
import { SEED_ITEMS, SEED_LOCATIONS, SEED_STOCK } from './seedData';

/** Name and channel of the keys that the launcher makes. */
const KEY_OWNERS = {
  channel: { name: 'web', channel: 'web' },
  ops: { name: 'ops', channel: 'backoffice' },
  admin: { name: 'admin', channel: 'backoffice' },
} as const satisfies Record<Role, { name: string; channel: string }>;

/**
 * Fills an empty catalogue with items, places and stock (`seeded` tells whether it did), and makes the given keys valid
 * each time. Safe to run again and at once from several processes.
 */
export async function seedDatabase(
  databaseUrl: string,
  { keys }: { keys: Record<Role, string> },
): Promise<{ seeded: boolean }> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1, name: 'oms-seed' });
  try {
    const seeded = await seedCatalogue(database);
    for (const role of ['channel', 'ops', 'admin'] as const) {
      await saveApiKey(database, { id: newId('key'), role, ...KEY_OWNERS[role], secret: keys[role] });
    }
    return { seeded };
  } finally {
    await database.destroy();
  }
}

/** @returns whether it was empty, and is filled now. */
export async function seedCatalogue(database: Database): Promise<boolean> {
  return database.transaction(async (transaction) => {
    // The items themselves are the lock: whoever comes second waits here and then finds the table filled.
    await transaction.raw('LOCK TABLE items IN SHARE ROW EXCLUSIVE MODE');
    const { rows } = await transaction.raw<{ rows: [{ filled: boolean }] }>(
      'SELECT EXISTS (SELECT FROM items) AS filled',
    );
    if (rows[0].filled) return false;
    await transaction('items').insert([...SEED_ITEMS]);
    await transaction('locations').insert(
      SEED_LOCATIONS.map((place) => ({ ...place, address: JSON.stringify(place.address) })),
    );
    await stockUp(transaction);
    return true;
  });
}

/** Levels come from the ledger alone, so the first stock is a movement like any other. */
async function stockUp(transaction: Knex.Transaction): Promise<void> {
  const levels = Object.entries(SEED_STOCK).flatMap(([sku, places]) =>
    Object.entries(places).map(([location, units]) => ({ sku, location, units })),
  );
  await transaction.raw(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset(?::jsonb) AS g(sku text, location text, units bigint)
     ), levels AS (
       INSERT INTO stock_levels (sku, location, on_hand) SELECT sku, location, units FROM given
     )
     INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
     SELECT sku, location, units, 0, 'opening_stock', 'seed', 'system' FROM given WHERE units <> 0`,
    [JSON.stringify(levels)],
  );
}
