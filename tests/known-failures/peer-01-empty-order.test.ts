/**
 * Temporal's reference order system (peers 4.1): an order without items is answered with 201, its workflow then fails, reading
 * it gives 500, and it never shows in the list; one without an id is started under an empty name.
 * Here: what is no order is refused with 422 and a pointer to what is missing, before anything is recorded or started.
 */
import { newKey, shopOrder } from '../support/shopOrder';
import { openShop, pause, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const without = (name: string) => Object.fromEntries(Object.entries(shopOrder()).filter(([key]) => key !== name));
const countWorkflows = async () =>
  (await shop.world.temporal.client.workflow.count(`TaskQueue = '${shop.world.taskQueue}'`)).count;

test.each([
  ['no lines', { ...shopOrder(), lines: [] }, '/lines'],
  ['lines left out', without('lines'), '/lines'],
  ['lines that are null', { ...shopOrder(), lines: null }, '/lines'],
  ['no reference', without('reference'), '/reference'],
  ['an empty reference', { ...shopOrder(), reference: '' }, '/reference'],
  ['a reference of spaces', { ...shopOrder(), reference: '   ' }, '/reference'],
  ['nothing at all', {}, '/reference'],
])('an order with %s is refused with 422 and a pointer to it', async (_what, body, pointer) => {
  const reply = await shop.channel.post('/v1/orders', { body, headers: newKey() });
  expect([reply.status, reply.body.code]).toEqual([422, 'invalid_request']);
  expect(reply.body.errors.map((error) => error.pointer)).toContain(pointer);
});

test('of the refused orders nothing is recorded, listed or started, while a good one is', async () => {
  const orderId = await shop.place();
  await shop.untilTold(orderId, 'shipment.booked');
  // The index of the server lags: once it knows the good order, it would know the others too, which came before.
  while ((await countWorkflows()) === 0) await pause(50);
  expect(await countWorkflows()).toBe(1);
  const listed = (await shop.ops.get('/v1/orders?limit=200')).body.data;
  expect(listed.map((order) => order.id)).toEqual([orderId]);
  const { rows } = await shop.world.database.raw<{ rows: [{ orders: number; keys: number }] }>(
    'SELECT (SELECT count(*) FROM orders)::int AS orders, (SELECT count(*) FROM idempotency_keys)::int AS keys',
  );
  expect(rows[0]).toEqual({ orders: 1, keys: 1 });
});

test('an order that does not exist is 404 to read and to act on, never 500', async () => {
  const nowhere = `ord_${'0'.repeat(32)}`;
  expect((await shop.channel.get(`/v1/orders/${nowhere}`)).status).toBe(404);
  expect((await shop.channel.get(`/v1/orders/${nowhere}/status`)).status).toBe(404);
  expect((await shop.channel.get('/v1/orders/Order:')).status).toBe(404);
  expect((await shop.act('cancel', nowhere, { reason: 'gone' })).status).toBe(404);
});
