/**
 * Temporal's reference order system (peers 4.7): a customer action that nobody knows is answered with 200, and the whole order
 * workflow fails; the order is shown as waiting for the customer for ever.
 * Here: whatever arrives, by REST, as an update or as a signal, is refused to whoever sent it, and the order lives on.
 */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { newKey } from '../support/shopOrder';
import { openShop, type Shop } from '../support/shop';

let shop: Shop;
let orderId: string;
beforeAll(async () => {
  shop = await openShop();
  orderId = await shop.place();
  await shop.untilTold(orderId, 'shipment.booked');
});
afterAll(() => shop.close());

const GARBAGE: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'amend'],
  ['a number', 42],
  ['a list', [{ reason: 'x' }]],
  ['an unknown action', { action: 'eat-it' }],
  ['a reason that is an object', { reason: { toString: 'no' } }],
  ['a reason without end', { reason: 'x'.repeat(5000) }],
  ['a poisoned object', JSON.parse('{"__proto__": {"reason": "x"}, "constructor": 1}')],
];
const UPDATES = ['cancelOrder', 'holdOrder', 'payOrder', 'resolveAttention'];

test.each(['amend', 'approve', 'customer-action', 'complete', 'toString', '__proto__'])(
  'the unknown action %s is 404 by REST',
  async (action) => {
    const reply = await shop.act(action, orderId, { action });
    expect([reply.status, reply.body.code]).toEqual([404, 'not_found']);
  },
);

test.each([
  ['cancel', { action: 'amend' }, '/action'],
  ['cancel', {}, '/reason'],
  ['cancel', { reason: 5 }, '/reason'],
  ['hold', { type: 'eat-it', reason: 'x' }, '/type'],
  ['hold', { type: 'toString', reason: 'x' }, '/type'],
  ['resolve', { resolution: 'ignore', note: 'x' }, '/resolution'],
])('%s with the body %j is 422 with a pointer to %s', async (action, body, pointer) => {
  const reply = await shop.act(action, orderId, body);
  expect(reply.status).toBe(422);
  expect(reply.body.errors.map((error) => error.pointer)).toContain(pointer);
});

test('an unknown update is refused to its caller', async () => {
  await expect(shop.world.handle(orderId).executeUpdate('amendOrder', { args: [{}] })).rejects.toThrow(
    WorkflowUpdateFailedError,
  );
});

test.each(GARBAGE)('%s as an update is refused to its caller by each door', async (_what, payload) => {
  for (const update of UPDATES) {
    await expect(shop.world.handle(orderId).executeUpdate(update, { args: [payload] })).rejects.toThrow(
      WorkflowUpdateFailedError,
    );
  }
});

test.each(GARBAGE)('%s as a signal, known or unknown, is told as refused on the timeline', async (_what, payload) => {
  const count = async () => (await shop.timeline(orderId)).filter((type) => type === 'request.refused').length;
  const before = await count();
  await shop.world.handle(orderId).signal('customerAction', payload);
  await shop.world.handle(orderId).signal('cancelOrder', payload);
  await shop.world.handle(orderId).signal('carrierReported', payload);
  const deadline = Date.now() + 20_000;
  while ((await count()) < before + 3 && Date.now() < deadline);
  expect(await count()).toBe(before + 3);
});

test('after all of it the order is as it was, takes a real change, and completes', async () => {
  expect((await shop.world.handle(orderId).describe()).status.name).toBe('RUNNING');
  expect(await shop.read(orderId)).toMatchObject({ status: 'ready_to_ship', paymentStatus: 'authorized', holds: [] });
  const held = await shop.ops.post(`/v1/orders/${orderId}/hold`, { body: { reason: 'a look' }, headers: newKey() });
  expect(held.status).toBe(200);
  expect((await shop.act('release', orderId, {})).status).toBe(200);
  await shop.move();
  await shop.until(orderId, 'completed');
  expect(await shop.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
});
