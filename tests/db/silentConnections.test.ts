import { connectDatabase, isDatabaseAway, type Database } from '../../db/connection';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../faults/tcpFaultProxy';
import { createTestDatabase } from '../support/database';

const POOL = 3;
let way: TcpFaultProxy;
let database: Database;
let idle: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  const made = await createTestDatabase();
  const url = new URL(made.url);
  way = await startTcpFaultProxy({ host: url.hostname, port: Number(url.port) });
  database = connectDatabase({ url: Object.assign(url, { host: `127.0.0.1:${way.port}` }).href, poolSize: POOL });
  idle = connectDatabase({ url: made.url, poolSize: 1 });
  close = async () => {
    await Promise.all([database.destroy(), idle.destroy()]);
    await way.close();
    await made.drop();
  };
});
afterAll(() => close());

const askAll = () => Promise.allSettled(Array.from({ length: POOL }, () => database.raw('SELECT pg_sleep(0.2)')));
const pidOf = async (pool: Database) =>
  (await pool.raw<{ rows: [{ pid: number }] }>('SELECT pg_backend_pid() AS pid')).rows[0].pid;

test('statements that are sent into nowhere fail as if Postgres were away, and the pool is whole again; an idle connection stays', async () => {
  const idlePid = await pidOf(idle);
  const before = await askAll();
  expect(before.map(({ status }) => status)).toEqual(Array(POOL).fill('fulfilled'));
  way.set({ kind: 'half_open' });
  const asked = askAll();
  await new Promise((sent) => setTimeout(sent, 500));
  way.heal();
  for (const outcome of await asked) {
    expect(outcome.status).toBe('rejected');
    expect(isDatabaseAway((outcome as PromiseRejectedResult).reason)).toBe(true);
  }
  const after = await askAll();
  expect(after.map(({ status }) => status)).toEqual(before.map(({ status }) => status));
  expect(await pidOf(idle)).toBe(idlePid);
});
