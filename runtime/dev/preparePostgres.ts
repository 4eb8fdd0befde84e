import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgres } from './findPostgres';
import { makePostgresFolder } from './postgresFolder';
import { pollUntil } from './pollUntil';
import type { Service } from './service';
import { stopStrayPostmaster } from './stopStrayPostmaster';
import { unprivilegedUser, type UnixUser } from './unprivilegedUser';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};
const ROLE = 'oms';
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C' };

/** An embedded Postgres in a folder of its own, with its password beside the data; made when it is not there yet. */
export async function preparePostgres({
  folder,
  port,
  logFile,
  pgBin,
  settings = {},
}: {
  folder: string;
  port: number;
  logFile: string;
  pgBin?: string | undefined;
  settings?: Record<string, string>;
}): Promise<{ service: Service; urlOf: (database: string) => string }> {
  const user = unprivilegedUser();
  const programs = findPostgres({ pgBin, everyoneMustReach: user !== undefined });
  makePostgresFolder(folder, user);
  const data = join(folder, 'data');
  if (!existsSync(data)) await initialise({ folder, data, initdb: join(programs, 'initdb'), user });
  await stopStrayPostmaster(data);
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  const urlOf = (database: string) => `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`;
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

  const service: Service = {
    name: 'Postgres',
    logFile,
    spawn: () => {
      const log = openSync(logFile, 'a');
      const options = { ...user, cwd: folder, env: ENVIRONMENT, detached: true };
      try {
        return spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
          ...options,
          stdio: ['ignore', log, log],
        });
      } finally {
        closeSync(log);
      }
    },
    waitUntilReady: (_child, signal) => pollUntil(() => answers(urlOf('postgres')), { everyMs: 15, signal }),
    readyLimitMs: 60_000,
    // "Fast": it ends sessions and closes its files in order, where SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    stopLimitMs: 15_000,
  };
  return { service, urlOf };
}

/** Creates the database when it isn't there. */
export async function createDatabaseIfMissing(adminUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

async function initialise({
  folder,
  data,
  initdb,
  user,
}: {
  folder: string;
  data: string;
  initdb: string;
  user: UnixUser | undefined;
}): Promise<void> {
  // Made under another name: what is called `data` is always whole, whenever the making was cut off.
  const draft = join(folder, 'data.new');
  rmSync(draft, { recursive: true, force: true });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const flags = [
    '-D',
    draft,
    '-U',
    ROLE,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(initdb, flags, { ...user, cwd: folder, env: ENVIRONMENT });
  } catch (error) {
    throw new Error(`Postgres could not set up its data in ${folder}: ${(error as Error).message}`, { cause: error });
  }
  renameSync(draft, data);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that is still starting may cut the connection after it was made.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
