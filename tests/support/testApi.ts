import { randomBytes } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { saveApiKey } from '../../db/apiKeys';
import { connectDatabase, type Database } from '../../db/connection';
import { seedDatabase } from '../../db/seed';
import type { Role } from '../../domain/auth';
import { listen, type ListeningApi } from '../../api/listen';
import { createApiMetrics } from '../../api/metrics';
import { createApi, type Api } from '../../api/server';
import { createSandboxCarrier } from '../../providers/carriers/sandboxCarrier';
import { loadConfig } from '../../runtime/config';
import type { Config } from '../../runtime/settings';
import { createLogger } from '../../runtime/logger';
import { newId } from '../../runtime/newId';
import { connectTemporal, type TemporalConnection } from '../../runtime/temporal';
import { createContractClient, type ContractClient } from './contractClient';
import { createTestDatabase } from './database';
import { temporalAddress, uniqueTaskQueue } from './temporal';

export const WEBHOOK_SECRET = 'test-carrier-webhook-secret';

export interface TestApi {
  url: string;
  api: Api;
  server: ListeningApi;
  database: Database;
  temporal: TemporalConnection;
  config: Config;
  /** Lines of the log, parsed. */
  log: Record<string, unknown>[];
  secrets: Record<Role, string>;
  /** Clients with a key of the role: the channel's is of channel `web`. */
  channel: ContractClient;
  ops: ContractClient;
  admin: ContractClient;
  nobody: ContractClient;
  /** A client with a new key. */
  clientOf(key: { role: Role; channel: string; name?: string }): Promise<ContractClient>;
  close(): Promise<void>;
}

interface Options {
  /** Its own database, seeded, is made where none is given. */
  databaseUrl?: string;
  taskQueue?: string;
  settings?: Record<string, string>;
}

/** The whole api of one process over real servers, for one test file. */
export async function startTestApi({ databaseUrl, taskQueue, settings = {} }: Options = {}): Promise<TestApi> {
  const own = databaseUrl === undefined ? await createTestDatabase() : undefined;
  const url = databaseUrl ?? own?.url ?? '';
  const secrets = { channel: makeKey('channel'), ops: makeKey('ops'), admin: makeKey('admin') };
  await seedDatabase(url, { keys: secrets });

  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: temporalAddress(),
    TASK_QUEUE: taskQueue ?? uniqueTaskQueue(),
    CARRIER_WEBHOOK_SECRET: WEBHOOK_SECRET,
    ...settings,
  });
  const log: Record<string, unknown>[] = [];
  const database = connectDatabase({ url: config.DATABASE_URL, poolSize: 10, name: 'test-api' });
  const temporal = connectTemporal(config);
  const carrier = createSandboxCarrier({ url: 'http://127.0.0.1:9', key: 'unused', webhookSecret: WEBHOOK_SECRET });
  const api = createApi({
    database,
    temporal,
    config,
    log: keepLog(log),
    carriers: { sandbox: carrier },
    metrics: createApiMetrics(new Registry()),
  });
  const server = await listen(api, { host: '127.0.0.1', port: 0 });

  return {
    url: server.url,
    api,
    server,
    database,
    temporal,
    config,
    log,
    secrets,
    channel: createContractClient(server.url, secrets.channel),
    ops: createContractClient(server.url, secrets.ops),
    admin: createContractClient(server.url, secrets.admin),
    nobody: createContractClient(server.url),
    async clientOf({ role, channel, name = channel }) {
      const secret = makeKey(role);
      await saveApiKey(database, { id: newId('key'), role, channel, name, secret });
      return createContractClient(server.url, secret);
    },
    async close() {
      await server.close();
      await temporal.close();
      await database.destroy();
      await own?.drop();
    },
  };
}

const makeKey = (role: Role): string => `oms_${role}_${randomBytes(16).toString('hex')}`;

function keepLog(lines: Record<string, unknown>[]): Logger {
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return process.env.LOG_LEVEL === undefined
    ? createLogger({ name: 'api', level: 'info', destination: { write } })
    : pino({ level: process.env.LOG_LEVEL });
}
