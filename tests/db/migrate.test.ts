import { randomBytes } from 'node:crypto';
import { connectDatabase, type Database } from '../../db/connection';
import { findPendingMigrations, migrateDatabase } from '../../db/migrate';
import { seedDatabase } from '../../db/seed';
import { dumpSchema } from '../../scripts/dumpSchema';
import { postgresUrl, runAsOwner } from '../support/postgres';

let name: string;
let database: Database;
beforeEach(async () => {
  name = `oms_empty_${randomBytes(6).toString('hex')}`;
  await runAsOwner(`CREATE DATABASE ${name} TEMPLATE template0`);
  database = connectDatabase({ url: postgresUrl(name), poolSize: 2 });
});
afterEach(async () => {
  await database.destroy();
  await runAsOwner(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

const appliedCount = async () => {
  const { rows } = await database.raw<{ rows: [{ count: number }] }>(
    'SELECT count(*)::int AS count FROM knex_migrations',
  );
  return rows[0].count;
};

describe('migrating an empty database', () => {
  test('applies all there is, and nothing the second time', async () => {
    const { applied } = await migrateDatabase(postgresUrl(name));
    expect(applied.length).toBeGreaterThan(0);
    const made = await dumpSchema(database);
    expect(await migrateDatabase(postgresUrl(name))).toEqual({ applied: [] });
    expect(await dumpSchema(database)).toBe(made);
    expect(await findPendingMigrations(database)).toEqual([]);
  });

  test('from four processes at once applies each migration once, and none of them fails', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(postgresUrl(name))));
    const applied = results.flatMap((result) => result.applied);
    expect(new Set(applied).size).toBe(applied.length);
    expect(await appliedCount()).toBe(applied.length);
    expect(results.filter((result) => result.applied.length > 0)).toHaveLength(1);
  });

  test('is due as long as a migration of this build is missing', async () => {
    const pending = await findPendingMigrations(database);
    expect(pending).toEqual((await migrateDatabase(postgresUrl(name))).applied);
  });

  test('and seeding it from three processes at once fills it once, through the ledger', async () => {
    await migrateDatabase(postgresUrl(name));
    const keys = { channel: 'c'.repeat(40), ops: 'o'.repeat(40), admin: 'a'.repeat(40) };
    const seeds = await Promise.all(Array.from({ length: 3 }, () => seedDatabase(postgresUrl(name), { keys })));
    expect(seeds.filter(({ seeded }) => seeded)).toHaveLength(1);
    const { rows } = await database.raw<{ rows: unknown[] }>(
      `SELECT sku FROM stock_levels l WHERE on_hand <>
         (SELECT coalesce(sum(on_hand_delta), 0) FROM stock_movements m WHERE m.sku = l.sku AND m.location = l.location)`,
    );
    expect(rows).toEqual([]);
    const { rows: kept } = await database.raw<{ rows: unknown[] }>('SELECT role FROM api_keys ORDER BY role');
    expect(kept).toEqual([{ role: 'admin' }, { role: 'channel' }, { role: 'ops' }]);
  });
});
