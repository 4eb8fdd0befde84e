import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectDatabase, type Database } from '../../db/connection';
import { pickPort } from '../../runtime/dev/pickPort';
import { createDatabaseIfMissing, preparePostgres } from '../../runtime/dev/preparePostgres';
import { findTemporalCli } from '../../runtime/dev/findTemporalCli';
import { openLog } from '../../runtime/dev/openLog';
import { temporalService } from '../../runtime/dev/temporalService';
import { connectTemporal, type TemporalConnection } from '../../runtime/temporal';
import { searchAttributes } from '../../workflows/shared/searchAttributes';
import { openEdges, type Edges } from './edges';
import { faultProcesses, makeFaultFolder, removeFaultFolder } from './faultFolder';
import { keepServer, type KeptServer } from './keepServer';
import { launch, type Launched } from './launch';
import { makeSmallDisk } from './smallDisk';

const ROOT = resolve(__dirname, '../..');
export const WORKERS = 2;

/** What a scenario may want otherwise than usual; a system of its own is started for it then. */
export interface SystemWishes {
  /** Postgres on a file system of so many megabytes. */
  diskMegabytes?: number;
  /** More settings for the processes. `folder` is the system's own. */
  env?: (folder: string) => Partial<Record<'api' | 'worker' | 'sandbox' | 'all', Record<string, string>>>;
}

export interface System {
  folder: string;
  edges: Edges;
  postgres: KeptServer;
  temporal: KeptServer;
  launched: Launched;
  /** Straight to the records and to Temporal, past the proxies: to judge, and for the hands of an operator. */
  database: Database;
  temporalClient: TemporalConnection;
  stop(): Promise<void>;
}

/**
 * The real system, every process of it, with a fault proxy on each way between its parts. Postgres and Temporal are
 * started here and not by the launcher, so that a scenario decides how long they are down.
 */
export async function startSystem(wishes: SystemWishes = {}): Promise<System> {
  const folder = makeFaultFolder();
  const undo: (() => unknown)[] = [() => removeFaultFolder(folder)];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const list = faultProcesses(folder);
    const edges = await openEdges();
    undo.push(() => edges.closeAll());
    const [{ postgres, databaseUrl }, { temporal, temporalPort }] = await Promise.all([
      startPostgres(folder, wishes),
      startTemporal(folder),
    ]);
    undo.push(() => Promise.all([postgres.stop(), temporal.stop()]));
    const there = new URL(databaseUrl);
    const through = (port: number) => Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${port}` }).href;
    edges.apiToPostgres.aim({ host: there.hostname, port: Number(there.port) });
    edges.workerToPostgres.aim({ host: there.hostname, port: Number(there.port) });
    edges.apiToTemporal.aim({ host: '127.0.0.1', port: temporalPort });
    edges.workerToTemporal.aim({ host: '127.0.0.1', port: temporalPort });

    const home = join(folder, 'oms');
    mkdirSync(home);
    const more = wishes.env?.(folder) ?? {};
    const at = (port: number) => `http://127.0.0.1:${port}`;
    const ownSettings = {
      OMS_API_ENV: {
        DATABASE_URL: through(edges.apiToPostgres.port),
        TEMPORAL_ADDRESS: `127.0.0.1:${edges.apiToTemporal.port}`,
        ...more.api,
      },
      OMS_WORKER_ENV: {
        DATABASE_URL: through(edges.workerToPostgres.port),
        TEMPORAL_ADDRESS: `127.0.0.1:${edges.workerToTemporal.port}`,
        PAYMENT_GATEWAY_URL: at(edges.workerToGateway.port),
        CARRIER_URL: at(edges.workerToCarrier.port),
        ...more.worker,
      },
      OMS_SANDBOX_ENV: {
        CALLBACK_URL: `${at(edges.carrierToApi.port)}/v1/callbacks/carriers/sandbox`,
        ...more.sandbox,
      },
    };
    const launched = await launch({
      home,
      list,
      env: {
        ...{ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`, NODE_ENV: 'development' },
        ...{ OMS_WORKERS: String(WORKERS), OMS_SANDBOX_PACE_MS: '300', RATE_LIMIT_PER_MINUTE: '10000000' },
        ...Object.fromEntries(Object.entries(ownSettings).map(([name, value]) => [name, JSON.stringify(value)])),
        ...more.all,
      },
    });
    undo.push(() => launched.stop());
    const { api, sandbox } = launched.run();
    const portOf = (url: string) => ({ host: '127.0.0.1', port: Number(new URL(url).port) });
    for (const edge of ['workerToGateway', 'workerToCarrier'] as const) edges[edge].aim(portOf(sandbox));
    for (const edge of ['carrierToApi', 'clientToApi'] as const) edges[edge].aim(portOf(api));

    const database = connectDatabase({ url: databaseUrl, poolSize: 3, name: 'oms-faults' });
    undo.push(() => database.destroy());
    const temporalClient = connectTemporal({
      TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
      TEMPORAL_NAMESPACE: 'default',
      PAYLOAD_KEYS: process.env['PAYLOAD_KEYS'],
    });
    undo.push(() => temporalClient.close());
    return { folder, edges, postgres, temporal, launched, database, temporalClient, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPostgres(
  folder: string,
  { diskMegabytes }: SystemWishes,
): Promise<{ postgres: KeptServer; databaseUrl: string }> {
  const place = diskMegabytes === undefined ? folder : makeSmallDisk(folder, diskMegabytes);
  const { service, urlOf } = await preparePostgres({
    folder: join(place, 'postgres'),
    port: await pickPort(),
    logFile: openLog(join(folder, 'servers'), 'postgres'),
    pgBin: process.env['OMS_PG_BIN'],
  });
  const postgres = await keepServer(service, faultProcesses(folder));
  await createDatabaseIfMissing(urlOf('postgres'), 'oms');
  return { postgres, databaseUrl: urlOf('oms') };
}

async function startTemporal(folder: string): Promise<{ temporal: KeptServer; temporalPort: number }> {
  const cli = await findTemporalCli({
    cliPath: process.env['TEMPORAL_CLI_PATH'],
    binFolders: [join(ROOT, '.oms', 'bin')],
    root: ROOT,
    say: (line) => void process.stderr.write(`${line}\n`),
  });
  const temporalPort = await pickPort();
  const service = temporalService({
    ...{ cli, port: temporalPort, namespace: 'default', searchAttributes: Object.values(searchAttributes) },
    databaseFile: join(folder, 'temporal.db'),
    logFile: openLog(join(folder, 'servers'), 'temporal'),
  });
  return { temporal: await keepServer(service, faultProcesses(folder)), temporalPort };
}
