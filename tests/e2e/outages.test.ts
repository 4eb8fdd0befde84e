import { startTcpFaultProxy, type TcpFaultProxy } from '../../faults/tcpFaultProxy';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { placeOrderBody } from '../support/placeOrderBody';
import { verifyStack } from '../support/runVerify';
import { startStack, type Stack } from '../support/stack';
import { temporalAddress } from '../support/temporal';

/**
 * Postgres or Temporal is away while orders are under way. No process may die, callers are told to come again, and what was
 * accepted goes on by itself afterwards. An outage is as long as it has to be to pass every time-out on the way once;
 * OUTAGE_MS=60000 makes it a minute.
 */
const AWAY_MS = Number(process.env['OUTAGE_MS'] ?? 20_000);

let database: TestDatabase;
let postgres: TcpFaultProxy;
let temporal: TcpFaultProxy;
let stack: Stack;
const TASK_QUEUE = `outages-${Date.now()}`;
const acknowledged: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const databaseUrl = new URL(database.url);
  const [temporalHost = '', temporalPort = ''] = temporalAddress().split(':');
  postgres = await startTcpFaultProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port) });
  temporal = await startTcpFaultProxy({ host: temporalHost, port: Number(temporalPort) });
  databaseUrl.host = `127.0.0.1:${postgres.port}`;
  stack = await startStack({
    env: {
      DATABASE_URL: databaseUrl.href,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
      TASK_QUEUE,
      OMS_SANDBOX_PACE_MS: '1000',
    },
  });
}, 120_000);
afterAll(async () => {
  await stack?.remove();
  await postgres?.close();
  await temporal?.close();
  await database?.drop();
});

let placed = 0;
const submit = async () => {
  const reference = `OUT-${(placed += 1)}`;
  const body = placeOrderBody({ reference, lines: [{ sku: 'TSHIRT-BLK-M', quantity: 1, unitPrice: 1999 }] });
  const reply = await stack.channel.post('/v1/orders', { body, headers: { 'idempotency-key': reference } });
  if (reply.status < 300) acknowledged.push(idOf(reply));
  return reply;
};
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const pids = () => ({ launcher: stack.run().pid, workers: stack.run().workers.map((worker) => worker.pid) });
const untilCompleted = (orderId: string) =>
  stack.until(`order ${orderId} completes`, async () => {
    const { body } = await stack.channel.get(`/v1/orders/${orderId}`);
    return (body as { status: string }).status === 'completed' || undefined;
  });
const ONCE = ['authorise', 'book_shipment', 'capture'];

test('Temporal away: orders are accepted with 202, reads work, and all of them complete afterwards', async () => {
  const before = pids();
  const under = idOf(await submit());
  temporal.set({ kind: 'cut' });
  const accepted = await submit();
  expect(accepted.status).toBe(202);
  expect(accepted.headers.get('location')).toBe(`/v1/orders/${idOf(accepted)}`);
  expect((await stack.channel.get(`/v1/orders/${under}`)).status).toBe(200);
  expect((await stack.channel.get(`/v1/orders/${under}/status`)).body).toMatchObject({ source: 'database' });
  const refused = await stack.ops.post(`/v1/orders/${idOf(accepted)}/hold`, { body: { reason: 'while away' } });
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await stack.ops.get('/healthz')).status).toBe(200);
  expect((await stack.ops.get('/readyz')).body).toMatchObject({ status: 'degraded', checks: { temporal: 'down' } });
  await wait(AWAY_MS);
  temporal.heal();
  for (const orderId of [under, idOf(accepted)]) {
    await untilCompleted(orderId);
    expect((await stack.effects(orderId)).sort()).toEqual(ONCE);
  }
  expect(pids()).toEqual(before);
}, 150_000);

test('Postgres away: callers get 503 and when to come again, and orders under way complete afterwards', async () => {
  const before = pids();
  const under = idOf(await submit());
  postgres.set({ kind: 'cut' });
  const refused = await submit();
  expect(refused).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await stack.channel.get(`/v1/orders/${under}`)).status).toBe(503);
  expect((await stack.ops.get('/healthz')).status).toBe(200);
  expect((await stack.ops.get('/readyz')).status).toBe(503);
  await wait(AWAY_MS);
  postgres.heal();
  await untilCompleted(under);
  expect((await stack.effects(under)).sort()).toEqual(ONCE);
  const again = await stack.until('the API takes orders again', async () => {
    const reply = await submit();
    return reply.status === 201 ? reply : undefined;
  });
  await untilCompleted(idOf(again));
  expect(pids()).toEqual(before);
}, 150_000);

test('Afterwards everything adds up, and nothing that was acknowledged is lost', async () => {
  const { exitCode, output } = await verifyStack(stack, acknowledged, { TASK_QUEUE });
  expect(acknowledged.length).toBeGreaterThanOrEqual(4);
  expect(output).toContain('all of it holds');
  expect(exitCode).toBe(0);
});
