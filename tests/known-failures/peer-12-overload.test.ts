/**
 * Temporal's reference order system (peers 4.12): the invoice may take 30 seconds, the wait in the queue included. Under load
 * that time runs out: orders stay "processing" for ever as the failed run keeps their key, others are recorded as declined
 * though no card was (8 of 1000 orders in its own benchmark).
 * Here: no step has a limit that counts the wait. 200 orders meet a worker with two slots and a slow gateway, so that the last
 * payments wait for longer than those 30 seconds: every order completes, none is declined, each effect happens once.
 */
import { openShop, pause, type Shop } from '../support/shop';

const ORDERS = 200;
const CLIENTS = 20;
const SLOTS = 2;
const LONGER_THAN_MS = 30_000;
/** So that the queue alone takes longer than that. */
const GATEWAY_MS = Math.ceil((LONGER_THAN_MS * 1.4 * SLOTS) / ORDERS);

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ worker: false });
  await shop.world.startWorker({
    limits: {
      maxConcurrentActivityTaskExecutions: SLOTS,
      maxConcurrentLocalActivityExecutions: SLOTS,
      maxConcurrentWorkflowTaskExecutions: SLOTS,
      maxCachedWorkflows: 100,
    },
  });
  await shop.world.control('faults', { provider: 'payments', mode: 'slow', delayMs: GATEWAY_MS });
});
afterAll(() => shop.close());

const countBy = async (column: 'status' | 'payment_status'): Promise<Record<string, number>> => {
  const { rows } = await shop.world.database.raw<{ rows: { name: string; count: number }[] }>(
    'SELECT ?? AS name, count(*)::int AS count FROM orders GROUP BY 1',
    [column],
  );
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
};

test('200 orders on an overloaded worker all complete: none stuck, none declined, each effect exactly once', async () => {
  let left = ORDERS;
  const ids: string[] = [];
  const client = async () => {
    while (left > 0) {
      left -= 1;
      ids.push(await shop.place({ lines: [{ sku: 'SOCKS-3PK', quantity: 1, unitPrice: 700 }] }));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  expect(new Set(ids).size).toBe(ORDERS);

  const done = async (effect: string) => (await shop.ledger()).filter((entry) => entry.effect === effect).length;
  while ((await done('authorise')) < ORDERS) await pause(500);
  // The queue was long enough: with a second worker and a gateway as quick as ever the rest is soon done.
  await shop.world.control('faults', { provider: 'payments', mode: 'ok' });
  await shop.world.startWorker();
  await shop.move();
  let last = -1;
  for (let idleSince = Date.now(); last < ORDERS && Date.now() - idleSince < 60_000; await pause(500)) {
    const completed = (await countBy('status'))['completed'] ?? 0;
    if (completed !== last) idleSince = Date.now();
    last = completed;
  }
  expect(await countBy('status')).toEqual({ completed: ORDERS });
  expect(await countBy('payment_status')).toEqual({ paid: ORDERS });

  const effects = new Map<string, string[]>();
  for (const { orderId, effect } of await shop.ledger()) {
    effects.set(orderId, [...(effects.get(orderId) ?? []), effect]);
  }
  expect(effects.size).toBe(ORDERS);
  for (const [orderId, seen] of effects) {
    expect([orderId, seen.sort()]).toEqual([orderId, ['authorise', 'book_shipment', 'capture']]);
  }
  const { rows } = await shop.world.database.raw<{ rows: [{ longest: number; declined: number }] }>(
    `SELECT max(extract(epoch FROM begun.at - reserved.at) * 1000)::int AS longest,
       (SELECT count(*) FROM order_events WHERE type = 'payment.declined')::int AS declined
     FROM order_events reserved JOIN payment_events begun USING (order_id)
     WHERE reserved.type = 'stock.reserved' AND begun.effect = 'authorise' AND begun.state = 'requested'`,
  );
  expect(rows[0].declined).toBe(0);
  // From the moment a payment was asked for until its turn came: else the worker was not overloaded, and this says nothing.
  expect(rows[0].longest).toBeGreaterThan(LONGER_THAN_MS);
  expect(await shop.stockOf('SOCKS-3PK')).toEqual({ onHand: 6000 - ORDERS, reserved: 0, available: 6000 - ORDERS });
}, 240_000);
