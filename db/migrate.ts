import { connectDatabase, type Database } from './connection';
import * as orders from './migrations/001_orders';
import * as deadlines from './migrations/002_deadlines';
import * as linesByTime from './migrations/003_lines_by_time';
import * as contactsByTime from './migrations/004_contacts_by_time';
import * as inventory from './migrations/005_inventory';
import * as stockRecords from './migrations/006_stock_records';
import * as replenishment from './migrations/007_replenishment';
import * as availability from './migrations/008_availability';
import * as reallocation from './migrations/009_reallocation';
import * as picking from './migrations/010_picking';
import * as priorities from './migrations/011_priorities';

/** Listed by hand, so that a bundled or compiled build needs no folder to read. */
const MIGRATIONS = {
  '001_orders': orders,
  '002_deadlines': deadlines,
  '003_lines_by_time': linesByTime,
  '004_contacts_by_time': contactsByTime,
  '005_inventory': inventory,
  '006_stock_records': stockRecords,
  '007_replenishment': replenishment,
  '008_availability': availability,
  '009_reallocation': reallocation,
  '010_picking': picking,
  '011_priorities': priorities,
};

const source = {
  getMigrations: async () => Object.keys(MIGRATIONS),
  getMigrationName: (name: string) => name,
  getMigration: async (name: string) => MIGRATIONS[name as keyof typeof MIGRATIONS],
};

/** Brings the schema up to date. Safe to run from several processes at once: the others wait for the one that holds the lock. */
export async function migrateDatabase(databaseUrl: string): Promise<{ applied: string[] }> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 2, name: 'oms-migrate', patient: true });
  try {
    return await withLock(database, async () => {
      const [, applied] = (await database.migrate.latest({ migrationSource: source })) as [number, string[]];
      return { applied };
    });
  } finally {
    await database.destroy();
  }
}

/** Names of the migrations that this build has and the database has not. */
export async function findPendingMigrations(database: Database): Promise<string[]> {
  const [, pending] = (await database.migrate.list({ migrationSource: source })) as [
    unknown,
    ({ file?: string } | string)[],
  ];
  return pending.map((entry) => (typeof entry === 'string' ? entry : (entry.file ?? 'unknown')));
}

async function withLock<T>(database: Database, run: () => Promise<T>): Promise<T> {
  const LOCK = 7_264_001;
  return database.transaction(async (lock) => {
    await lock.raw('SELECT pg_advisory_xact_lock(?)', [LOCK]);
    return run();
  });
}
