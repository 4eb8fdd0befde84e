import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { migrateDatabase } from '../../db/migrate';
import { findTemporalCli } from '../../runtime/dev/findTemporalCli';
import { openLog } from '../../runtime/dev/openLog';
import { pickPort } from '../../runtime/dev/pickPort';
import { createDatabaseIfMissing, preparePostgres } from '../../runtime/dev/preparePostgres';
import { registerNamespaceSettings } from '../../runtime/dev/registerNamespaceSettings';
import { startService, type Service } from '../../runtime/dev/service';
import { temporalService } from '../../runtime/dev/temporalService';
import { searchAttributes } from '../../workflows/shared/searchAttributes';
import { TEMPLATE } from './database';
import { runAsOwner } from './postgres';
import { makeTestFolder, removeTestFolder, testPostgresFolder, testProcesses } from './testFolder';
import { FOLDER_VARIABLE, serversFile, type TestServers } from './testServers';

const ROOT = resolve(__dirname, '../..');
/** Data of a test is worth nothing after a power cut. */
const FAST_AND_LOOSE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts one Postgres, with a migrated template to copy, and one Temporal server for all test files of the run. */
module.exports = async function globalSetup(): Promise<void> {
  const folder = (process.env[FOLDER_VARIABLE] ??= makeTestFolder());
  try {
    const [postgresUrl, temporalAddress] = await Promise.all([startPostgres(folder), startTemporal(folder)]);
    const servers: TestServers = { postgresUrl: postgresUrl('postgres'), temporalAddress };
    writeFileSync(serversFile(folder), JSON.stringify(servers), { mode: 0o600 });
    await createDatabaseIfMissing(postgresUrl('postgres'), TEMPLATE);
    await migrateDatabase(postgresUrl(TEMPLATE));
    await runAsOwner(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
  } catch (error) {
    // After a failure here jest ends without its teardown.
    await removeTestFolder(folder);
    throw error;
  }
};

async function startPostgres(folder: string): Promise<(database: string) => string> {
  const { service, urlOf } = await preparePostgres({
    folder: testPostgresFolder(folder),
    port: await pickPort(),
    logFile: openLog(folder, 'postgres'),
    pgBin: process.env.OMS_PG_BIN,
    settings: FAST_AND_LOOSE,
  });
  await start(service, folder);
  return urlOf;
}

async function startTemporal(folder: string): Promise<string> {
  const port = await pickPort();
  const address = `127.0.0.1:${port}`;
  const attributes = Object.values(searchAttributes);
  const cli = await findTemporalCli({
    cliPath: process.env.TEMPORAL_CLI_PATH,
    binFolders: [join(ROOT, '.oms', 'bin')],
    root: ROOT,
    say: console.log,
  });
  const service = temporalService({
    ...{ cli, port, namespace: 'default', searchAttributes: attributes },
    databaseFile: join(folder, 'temporal.db'),
    logFile: openLog(folder, 'temporal'),
    // It takes two seconds to end in order, which is for nothing here.
    stopSignal: 'SIGKILL',
  });
  await start(service, folder);
  await registerNamespaceSettings({ address, namespace: 'default', searchAttributes: attributes });
  return address;
}

async function start(service: Service, folder: string): Promise<void> {
  const { name, stopSignal } = service;
  await startService(service, (pid) => testProcesses(folder).add({ name, pid, stopSignal }));
}
