/**
 * Temporal's reference order system (peers 4.11): the list is written by a step that may take five seconds in all. A list store
 * that is away for longer while an order starts or changes (a fail-over takes longer) fails the whole order, for ever.
 * Here: steps on the database are tried until they are done. The tables are locked, or the whole database is away, for nine
 * seconds at each moment of an order's life: the order goes on by itself, and each effect happens once.
 */
import { randomUUID } from 'node:crypto';
import { connectDatabase } from '../../db/connection';
import { shipmentId } from '../../domain/ids';
import type { Reply } from '../support/contractClient';
import { runAsOwner } from '../support/postgres';
import { newKey, shopOrder } from '../support/shopOrder';
import { openShop, pause, type Shop } from '../support/shop';

/** Longer than a connection is waited for (8 s) and than a lock (8 s): a first attempt has to fail. */
const AWAY_MS = 9_000;
const ONCE = ['authorise', 'book_shipment', 'capture'];

/** Nobody gets into the database, and who is in is thrown out. */
async function takeDatabaseAway(url: string): Promise<() => Promise<unknown>> {
  const name = new URL(url).pathname.slice(1);
  await runAsOwner(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await runAsOwner(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  return () => runAsOwner(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
}

/** The tables are there and nobody can read or write them, as under a migration that went wrong. */
async function lockTables(url: string): Promise<() => Promise<unknown>> {
  const database = connectDatabase({ url, poolSize: 1, name: 'locker', patient: true });
  const transaction = await database.transaction();
  await transaction.raw('LOCK TABLE orders, order_lines, order_events IN ACCESS EXCLUSIVE MODE');
  return async () => {
    await transaction.rollback();
    await database.destroy();
  };
}

describe.each([
  ['the database is away', takeDatabaseAway],
  ['the tables are locked', lockTables],
])('when %s for nine seconds', (_how, takeAway) => {
  let shop: Shop;
  /** Its worker starts in the outage. */
  let idle: Shop;
  const orders = { starting: '', paying: '', moving: '' };
  const submission = { body: shopOrder({ reference: `AWAY-${randomUUID()}` }), headers: newKey() };
  let during: Reply;
  const submit = () => shop.channel.post('/v1/orders', submission);

  beforeAll(async () => {
    [shop, idle] = await Promise.all([openShop({ waitMs: 60_000 }), openShop({ waitMs: 60_000, worker: false })]);
    // So slowly that nothing is picked up before the outage.
    await Promise.all([shop.move(1500), idle.move()]);
    [orders.starting, orders.paying, orders.moving] = await Promise.all([
      idle.place(),
      shop.place({ token: 'tok_slow' }),
      shop.place(),
    ]);
    await shop.untilTold(orders.paying, 'stock.reserved');
    await shop.untilTold(orders.moving, 'shipment.booked');

    const giveBack = await Promise.all([shop, idle].map(({ world }) => takeAway(world.databaseUrl)));
    const over = Promise.all([pause(AWAY_MS), idle.world.startWorker()]);
    const submitted = submit();
    // As if the carrier's report had been told to the order just before: its next step is due now.
    const report = { shipmentId: shipmentId(orders.moving, 1), status: 'picked_up', eventId: 'told-before' };
    await shop.world.handle(orders.moving).signal('carrierReported', report);
    await over.finally(() => Promise.all(giveBack.map((back) => back())));
    during = await submitted;
  }, 120_000);
  afterAll(() => Promise.all([shop.close(), idle.close()]));

  test('an accepted order that starts meanwhile completes, each effect once', async () => {
    expect(await idle.until(orders.starting, 'completed')).toMatchObject({ paymentStatus: 'paid' });
    expect(await idle.effects(orders.starting)).toEqual(ONCE);
  }, 90_000);

  test('orders whose payment is answered and whose parcel moves meanwhile complete, each effect once', async () => {
    for (const orderId of [orders.paying, orders.moving]) {
      expect(await shop.until(orderId, 'completed')).toMatchObject({ paymentStatus: 'paid' });
      expect(await shop.effects(orderId)).toEqual(ONCE);
      expect(await shop.world.result(orderId)).toMatchObject({ status: 'completed' });
    }
  }, 90_000);

  test('a submission is taken, or told to come again with 503; the same request then makes one order, which completes', async () => {
    if (during.status !== 201) {
      expect([during.status, during.body.code]).toEqual([503, 'dependency_unavailable']);
      expect(Number(during.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    let reply = await submit();
    for (const deadline = Date.now() + 40_000; reply.status !== 201 && Date.now() < deadline; reply = await submit()) {
      // 409: the first attempt was cut off after it was recorded, and its key is free in half a minute.
      expect([409, 503]).toContain(reply.status);
      await pause(200);
    }
    expect(reply.status).toBe(201);
    await shop.until(reply.body.id, 'completed');
    const { reference } = submission.body;
    expect((await shop.channel.get(`/v1/orders?reference=${reference}`)).body.data).toHaveLength(1);
    expect(await shop.effects(reply.body.id)).toEqual(ONCE);
  }, 90_000);
});
