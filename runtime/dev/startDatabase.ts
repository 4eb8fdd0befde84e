import type { Terminal } from './createTerminal';
import type { Layers } from './createLayers';
import type { Keys } from './loadKeys';
import { messageOf } from './messageOf';
import { openLog } from './openLog';
import { postgresFolder } from './postgresFolder';
import { createDatabaseIfMissing, preparePostgres } from './preparePostgres';
import type { Settings } from './readSettings';
import { unprivilegedUser } from './unprivilegedUser';

const DATABASE = 'oms';

/** A Postgres with our schema up to date, and with catalogue, stock and keys when it was empty. Returns its address. */
export async function startDatabase({
  settings,
  keys,
  terminal,
  layers,
  port,
  logs,
}: {
  settings: Settings;
  keys: Keys;
  terminal: Terminal;
  layers: Layers;
  port: number;
  logs: string;
}): Promise<string> {
  // Loading them takes longer than Postgres needs to start, so both happen at once.
  const code = Promise.all([import('../../db/migrate.js'), import('../../db/seed.js')]);
  code.catch(() => undefined);
  const databaseUrl = settings.DATABASE_URL ?? (await startEmbedded({ settings, terminal, layers, port, logs }));
  const [{ migrateDatabase }, { seedDatabase }] = await code;
  const schemaDone = terminal.step();
  const { applied, seeded } = await prepare().catch((error: unknown) => {
    const { host, pathname } = new URL(databaseUrl);
    throw new Error(`The database ${host}${pathname} could not be prepared: ${messageOf(error)}`, { cause: error });
  });
  const changes = [...(applied.length > 0 ? [`${applied.length} migrated`] : []), ...(seeded ? ['seeded'] : [])];
  schemaDone(`Database ${changes.length > 0 ? changes.join(', ') : 'up to date'}`);
  return databaseUrl;

  async function prepare() {
    const { applied } = await migrateDatabase(databaseUrl);
    return { applied, ...(await seedDatabase(databaseUrl, { keys })) };
  }
}

async function startEmbedded({
  settings,
  terminal,
  layers,
  port,
  logs,
}: {
  settings: Settings;
  terminal: Terminal;
  layers: Layers;
  port: number;
  logs: string;
}): Promise<string> {
  const done = terminal.step();
  const { service, urlOf } = await preparePostgres({
    folder: postgresFolder(settings.home, unprivilegedUser()),
    port,
    logFile: openLog(logs, 'postgres'),
    pgBin: settings.OMS_PG_BIN,
  });
  await layers.supervise('database', service).ready;
  await createDatabaseIfMissing(urlOf('postgres'), DATABASE);
  done('Postgres ready');
  return urlOf(DATABASE);
}
