/**
 * Temporal's reference order system (peers 4.14): a part started by itself under a slightly other name never opens its database,
 * says nothing of it, and panics with the first request that reads.
 * Here: a part that lacks a setting does not start, and says which one and how to mend it. A part whose database or Temporal is
 * away starts, says what it lacks where operators look, answers 503 and never falls over, and works once it is there.
 */
import { migrateDatabase } from '../../db/migrate';
import { createContractClient, type ContractClient } from '../support/contractClient';
import { createTestDatabase } from '../support/database';
import { startProcess, type OurProcess } from '../support/ourProcess';
import { postgresUrl, runAsOwner } from '../support/postgres';
import { temporalAddress, uniqueTaskQueue } from '../support/temporal';
import { pause } from '../support/shop';

const started: OurProcess[] = [];
afterEach(() => Promise.all(started.splice(0).map((process) => process.remove())));
const start = (...of: Parameters<typeof startProcess>): OurProcess => {
  const process = startProcess(...of);
  started.push(process);
  return process;
};

const NOWHERE = 'postgres://nobody@127.0.0.1:9/none';
const NO_TEMPORAL = '127.0.0.1:9';

describe('a part that lacks a setting ends with exit code 1 and says', () => {
  test.each<[string, Parameters<typeof startProcess>[0], Record<string, string>, string[]]>([
    ['api: no database', 'api/main.ts', {}, ['DATABASE_URL is not set', 'npm start']],
    ['worker: no database', 'worker/main.ts', {}, ['DATABASE_URL is not set', 'npm start']],
    [
      'api: all that is wrong at once',
      'api/main.ts',
      { DATABASE_URL: 'mysql://x/y', API_PORT: 'http', TEMPORAL_ADDRESS: 'http://x' },
      ['DATABASE_URL is wrong', 'API_PORT is wrong', 'TEMPORAL_ADDRESS is wrong'],
    ],
    [
      'worker: the secrets of production',
      'worker/main.ts',
      { DATABASE_URL: NOWHERE, NODE_ENV: 'production' },
      ['PAYMENT_GATEWAY_KEY is not set', 'CARRIER_KEY is not set', 'CARRIER_WEBHOOK_SECRET is not set'],
    ],
    ['sandbox: a wrong port', 'sandbox/main.ts', { SANDBOX_PORT: 'x' }, ['SANDBOX_PORT']],
  ])('%s', async (_what, entry, env, words) => {
    const process = start(entry, env);
    expect((await process.ended).code).toBe(1);
    for (const word of words) expect(process.output()).toContain(word);
    expect(process.output()).not.toMatch(/^ +at /m);
  });
});

describe('an api', () => {
  const startApi = async (env: Record<string, string>): Promise<{ process: OurProcess; client: ContractClient }> => {
    const process = start('api/main.ts', { API_PORT: '0', TEMPORAL_ADDRESS: temporalAddress(), ...env });
    return { process, client: createContractClient(await process.ready(), `oms_ops_${'0'.repeat(32)}`) };
  };
  const stillLives = async ({ process, client }: Awaited<ReturnType<typeof startApi>>) => {
    expect((await client.get('/healthz')).status).toBe(200);
    process.signal('SIGTERM');
    expect((await process.ended).code).toBe(0);
  };

  test('whose database is away starts, is not ready, says so, and answers 503', async () => {
    const api = await startApi({ DATABASE_URL: NOWHERE });
    const ready = await api.client.get('/readyz');
    expect([ready.status, ready.body.status, ready.body.checks]).toEqual([
      503,
      'not_ready',
      { database: 'down', migrations: 'unknown', temporal: 'up' },
    ]);
    const reply = await api.client.get('/v1/orders');
    expect([reply.status, reply.body.code, reply.headers.get('retry-after')]).toEqual([
      503,
      'dependency_unavailable',
      '2',
    ]);
    expect(reply.body.detail).toContain('the database');
    await stillLives(api);
  });

  test('whose database does not exist answers 503 alike', async () => {
    const api = await startApi({ DATABASE_URL: postgresUrl('oms_not_there') });
    expect((await api.client.get('/readyz')).status).toBe(503);
    expect((await api.client.get('/v1/orders')).status).toBe(503);
    await stillLives(api);
  });

  test('whose database was never migrated says that this is it, and works as soon as it is', async () => {
    const name = `oms_test_bare_${Date.now()}`;
    await runAsOwner(`CREATE DATABASE ${name}`);
    try {
      const api = await startApi({ DATABASE_URL: postgresUrl(name) });
      const ready = await api.client.get('/readyz');
      expect([ready.status, ready.body.checks]).toEqual([
        503,
        { database: 'up', migrations: 'pending', temporal: 'up' },
      ]);
      const reply = await api.client.get('/v1/orders');
      expect([reply.status, reply.body.code]).toEqual([503, 'dependency_unavailable']);
      expect(reply.body.detail).toContain('npm run migrate');
      await migrateDatabase(postgresUrl(name));
      expect((await api.client.get('/v1/orders')).status).toBe(401);
      expect((await api.client.get('/readyz')).body.checks).toMatchObject({ migrations: 'applied' });
      await stillLives(api);
    } finally {
      await runAsOwner(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  test('whose Temporal is away is degraded, takes requests, and says so', async () => {
    const database = await createTestDatabase();
    try {
      const api = await startApi({ DATABASE_URL: database.url, TEMPORAL_ADDRESS: NO_TEMPORAL });
      const ready = await api.client.get('/readyz');
      expect([ready.status, ready.body.status, ready.body.checks]).toEqual([
        200,
        'degraded',
        { database: 'up', migrations: 'applied', temporal: 'down' },
      ]);
      // The key is not known here: the request got as far as the database.
      expect((await api.client.get('/v1/orders')).status).toBe(401);
      await stillLives(api);
    } finally {
      await database.drop();
    }
  });
});

describe('a worker', () => {
  test('whose Temporal is away waits for it, says so, and ends in order when told', async () => {
    const worker = start('worker/main.ts', { DATABASE_URL: NOWHERE, TEMPORAL_ADDRESS: NO_TEMPORAL });
    const deadline = Date.now() + 30_000;
    while (!worker.output().includes('Temporal is away') && Date.now() < deadline) await pause(100);
    expect(worker.output()).toContain('Temporal is away, waiting for it');
    worker.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  test('whose database is away runs, and logs which loop waits for it', async () => {
    const worker = start('worker/main.ts', {
      DATABASE_URL: NOWHERE,
      TEMPORAL_ADDRESS: temporalAddress(),
      TASK_QUEUE: uniqueTaskQueue(),
    });
    const health = await worker.ready();
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
    expect(worker.output()).toMatch(/"loop":"start pending orders".*ECONNREFUSED/);
    worker.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
    for (const line of worker.output().trim().split('\n')) expect(line).toMatch(/^\{.*\}$/);
  });
});
