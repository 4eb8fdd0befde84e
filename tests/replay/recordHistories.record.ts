import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { readOrderToStart } from '../../db/orders/ordersToStart';
import { startOrder } from '../../runtime/startOrder';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

/**
 * Records the corpus that replay.test.ts replays, from the real server: `npm run replay:record`. Histories of earlier releases
 * stay: a story is recorded under a name with its date, and is only removed when no order of its time can still be open.
 */
const FOLDER = join(__dirname, 'histories');
const DATE = new Date().toISOString().slice(0, 10);

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const pay = async (orderId: string, tokenId: string, token = 'tok_ok') => {
  await world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', ?)`, [
    tokenId,
    orderId,
    token,
  ]);
  await world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId, requestId: tokenId }] });
};
const booked = async (token?: string) => {
  const orderId = await world.place(token === undefined ? {} : { token });
  await world.untilTold(orderId, 'shipment.booked');
  return orderId;
};
const ship = async (orderId: string) => {
  await world.report(orderId, 'picked_up');
  await world.untilTold(orderId, 'payment.captured');
  await world.report(orderId, 'delivered');
};
const cancel = (orderId: string) =>
  world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'customer_asked', requestId: 'c' }] });
const hold = (orderId: string, type: string) =>
  world.handle(orderId).executeUpdate('holdOrder', { args: [{ reason: 'check', type, requestId: type }] });
const find = async (orderId: string) => {
  await world.handle(orderId).signal('reportBreach', { what: 'the books do not add up' });
  await world.until(orderId, 'needs_attention');
};
const settle = (orderId: string) =>
  world
    .handle(orderId)
    .executeUpdate('resolveAttention', { args: [{ resolution: 'settled', note: 'looked into', requestId: 's' }] });

const STORIES: Record<string, () => Promise<string>> = {
  delivered: async () => {
    const orderId = await booked();
    await ship(orderId);
    return orderId;
  },
  rejected: () => world.place({ lines: [{ sku: 'SHIRT', quantity: 99_999, unitPrice: 1 }] }),
  'declined-then-paid': async () => {
    const orderId = await world.place({ token: 'tok_declined' });
    await world.until(orderId, 'awaiting_payment');
    await pay(orderId, 'tok-insufficient', 'tok_insufficient_funds');
    await pay(orderId, 'tok-good');
    await world.untilTold(orderId, 'shipment.booked');
    await ship(orderId);
    return orderId;
  },
  'payment-deadline-passed': () => world.place({ token: 'tok_declined' }, { paymentDeadlineMs: 200 }),
  'cancelled-awaiting-payment': async () => {
    const orderId = await world.place({ token: 'tok_declined' });
    await world.until(orderId, 'awaiting_payment');
    await cancel(orderId);
    return orderId;
  },
  'cancelled-while-authorising': async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    await world.untilTold(orderId, 'stock.reserved');
    await cancel(orderId);
    return orderId;
  },
  'cancelled-booked': async () => {
    const orderId = await booked();
    await cancel(orderId);
    return orderId;
  },
  'cancel-refused-picked-up': async () => {
    const orderId = await booked();
    const { rows } = await world.database.raw<{ rows: [{ reference: string }] }>(
      'SELECT reference FROM shipments WHERE order_id = ?',
      [orderId],
    );
    await world.control(`carrier/shipments/${rows[0].reference}/advance`, {});
    await expect(cancel(orderId)).rejects.toThrow();
    await ship(orderId);
    return orderId;
  },
  'held-and-released': async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    await hold(orderId, 'operator');
    await hold(orderId, 'payment');
    await world.untilTold(orderId, 'order.confirmed');
    const { holds } = await world.snapshot(orderId);
    for (const { id } of holds)
      await world.handle(orderId).executeUpdate('releaseOrder', { args: [{ holdId: id, requestId: id }] });
    await world.untilTold(orderId, 'shipment.booked');
    await ship(orderId);
    return orderId;
  },
  'asked-for-three-things-at-once': async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    const types = ['operator', 'payment', 'address'];
    const ask = (type: string) => world.handle(orderId).signal('holdOrder', { reason: 'check', type });
    await Promise.all(types.map(ask));
    await world.untilTold(orderId, 'order.confirmed');
    await cancel(orderId);
    return orderId;
  },
  'garbage-signals': async () => {
    const orderId = await booked();
    await world.handle(orderId).signal('cancelOrder', { reason: 7 });
    await world.handle(orderId).signal('unheard_of', 1);
    await ship(orderId);
    return orderId;
  },
  'capture-declined-then-paid': async () => {
    const orderId = await booked('tok_capture_declined');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.until(orderId, 'needs_attention');
    await pay(orderId, 'tok-other');
    return orderId;
  },
  'found-by-the-reconciler': async () => {
    const orderId = await booked();
    await find(orderId);
    await world.report(orderId, 'picked_up');
    await world.untilTold(orderId, 'shipment.picked_up');
    await settle(orderId);
    await world.untilTold(orderId, 'payment.captured');
    await world.report(orderId, 'delivered');
    return orderId;
  },
  'found-by-the-reconciler-and-started-anew': async () => {
    const orderId = await booked();
    await find(orderId);
    await world.handle(orderId).terminate();
    const order = await readOrderToStart(world.database, orderId);
    if (order === undefined) throw new Error('the order is gone');
    await startOrder(world.temporal, order, { taskQueue: world.taskQueue, deadlineMs: 5_000, again: true });
    await hold(orderId, 'operator');
    await settle(orderId);
    await world.handle(orderId).executeUpdate('releaseOrder', { args: [{ requestId: 'r' }] });
    await ship(orderId);
    return orderId;
  },
  'void-settled-by-hand': async () => {
    const orderId = await world.place({ token: 'tok_void_error' }, { settleWithinMs: 200 });
    await world.untilTold(orderId, 'shipment.booked');
    const cancelled = cancel(orderId);
    await world.until(orderId, 'needs_attention');
    await world
      .handle(orderId)
      .executeUpdate('resolveAttention', { args: [{ resolution: 'settled', note: 'by phone', requestId: 's' }] });
    await cancelled;
    return orderId;
  },
};

test.each(Object.keys(STORIES))('%s is recorded', async (name) => {
  const orderId = (await STORIES[name]?.()) ?? '';
  await world.result(orderId);
  const history = await world.handle(orderId).fetchHistory();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${DATE}-${name}.json`), withoutMachine(historyToJSON(history)));
});

/** The names of the machine that recorded it, and of its folders, are nobody's business. */
const withoutMachine = (json: string): string =>
  json
    .replaceAll(/\d+@[\w.-]+/g, 'worker')
    .replaceAll(hostname(), 'host')
    .replaceAll(resolve(__dirname, '../..'), '');
