/**
 * Temporal's reference order system (peers 4.13): SIGTERM, which is what Kubernetes sends, is not handled: workers and API die in
 * the middle of what they do, and there is no readiness to take them out of the traffic before.
 * Here: a worker that is told to end takes no more work, finishes the call that is under way and records it; an API says that
 * it drains, answers whom it has let in, and then ends. Both with exit code 0, in time, and no order is lost.
 */
import { createContractClient } from '../support/contractClient';
import { startProcess, type OurProcess } from '../support/ourProcess';
import { newKey, shopOrder } from '../support/shopOrder';
import { openShop, pause, type Shop } from '../support/shop';

/** Kubernetes kills after 30 s where nothing else is said. */
const IN_TIME_MS = 15_000;
const ONCE = ['authorise', 'book_shipment', 'capture'];

let shop: Shop;
const started: OurProcess[] = [];
const start = (entry: 'api/main.ts' | 'worker/main.ts'): OurProcess => {
  const process = startProcess(entry, { ...shop.world.env, API_PORT: '0', NODE_ENV: 'production' });
  started.push(process);
  return process;
};
beforeAll(async () => {
  shop = await openShop({ worker: false, waitMs: 60_000 });
  await shop.move();
});
afterAll(async () => {
  await Promise.all(started.map((process) => process.remove()));
  await shop.close();
});

/** @returns how long it took. */
const terminate = async (process: OurProcess): Promise<number> => {
  const since = Date.now();
  process.signal('SIGTERM');
  expect(await process.ended).toEqual({ code: 0, signal: null });
  return Date.now() - since;
};

test('a worker finishes and records the calls that are under way, ends with code 0 in time, and the next one goes on', async () => {
  const worker = start('worker/main.ts');
  const health = await worker.ready();
  expect((await fetch(`${health}/readyz`)).status).toBe(200);

  const orders = await Promise.all(Array.from({ length: 12 }, () => shop.place({ token: 'tok_slow' })));
  const done = async (effect: string) => (await shop.ledger()).filter((entry) => entry.effect === effect).length;
  while ((await done('authorise')) < 4) await pause(20);
  // The gateway has acted for these, and will answer in two seconds.
  const ending = terminate(worker);
  await pause(300);
  expect((await fetch(`${health}/readyz`)).status).toBe(503);
  expect(await ending).toBeLessThan(IN_TIME_MS);

  // Nothing hangs in the air: what the gateway did is on record, without a second call or another worker.
  const { rows } = await shop.world.database.raw<{ rows: [{ recorded: number }] }>(
    `SELECT count(*)::int AS recorded FROM payment_events WHERE effect = 'authorise' AND state = 'succeeded'`,
  );
  expect(rows[0].recorded).toBe(await done('authorise'));

  await start('worker/main.ts').ready();
  for (const orderId of orders) {
    await shop.until(orderId, 'completed');
    expect((await shop.effects(orderId)).sort()).toEqual(ONCE);
  }
}, 120_000);

test('an API says that it drains, still serves, answers whom it has let in, and ends with code 0 in time', async () => {
  const api = start('api/main.ts');
  const url = await api.ready();
  const client = createContractClient(url, shop.api.secrets.channel);
  expect((await client.get('/readyz')).status).toBe(200);
  // Left in no state that a verdict would be told of: these wait for their whole five seconds.
  const waiting = ['tok_slow', 'tok_slow', 'tok_slow'].map((token) =>
    client.post('/v1/orders', { body: shopOrder({ token }), headers: { ...newKey(), prefer: 'wait=6' } }),
  );
  await pause(500);
  const ending = terminate(api);
  await pause(500);
  const ready = await client.get('/readyz');
  expect([ready.status, ready.body.status]).toEqual([503, 'draining']);
  const late = await client.post('/v1/orders', { body: shopOrder(), headers: newKey() });
  expect(late.status).toBe(201);

  const replies = await Promise.all(waiting);
  expect(replies.map((reply) => reply.status)).toEqual([201, 201, 201]);
  expect(await ending).toBeLessThan(IN_TIME_MS);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  for (const reply of [late, ...replies]) await shop.until(reply.body.id, 'completed');
}, 120_000);

test.each(['api/main.ts', 'worker/main.ts'] as const)(
  '%s that has nothing to do ends at once',
  async (entry) => {
    const process = start(entry);
    await process.ready();
    expect(await terminate(process)).toBeLessThan(8_000);
  },
  60_000,
);
