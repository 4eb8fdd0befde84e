/**
 * Temporal's reference order system (peers 4.2): a quantity of -5 is accepted and the customer charged a negative sum; an item
 * that is null is accepted too, and its workflow panics without end.
 * Here: each fault of a line is refused with 422 and a pointer to that very line, and no money moves.
 */
import { newKey, shopOrder } from '../support/shopOrder';
import { openShop, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const good = { sku: 'MUG-WHITE', quantity: 1, unitPrice: 899 };
const submit = (lines: unknown[]) =>
  shop.channel.post('/v1/orders', { body: { ...shopOrder(), lines }, headers: newKey() });

test.each([
  ['a quantity of -5', { ...good, quantity: -5 }, '/lines/1/quantity'],
  ['a quantity of 0', { ...good, quantity: 0 }, '/lines/1/quantity'],
  ['half a unit', { ...good, quantity: 0.5 }, '/lines/1/quantity'],
  ['a quantity in words', { ...good, quantity: '2' }, '/lines/1/quantity'],
  ['more than can be counted', { ...good, quantity: 2 ** 53 }, '/lines/1/quantity'],
  ['a negative price', { ...good, unitPrice: -1 }, '/lines/1/unitPrice'],
  ['a price of parts of a cent', { ...good, unitPrice: 8.99 }, '/lines/1/unitPrice'],
  ['null', null, '/lines/1'],
  ['a list', [], '/lines/1'],
  ['a text', 'MUG-WHITE', '/lines/1'],
])('a line of %s is refused with 422 and a pointer to the line', async (_what, line, pointer) => {
  const reply = await submit([good, line]);
  expect([reply.status, reply.body.code]).toEqual([422, 'invalid_request']);
  expect(reply.body.errors[0]?.pointer).toBe(pointer);
});

test('all faults of an order are told at once, each with its place', async () => {
  const reply = await submit([{ ...good, quantity: -5 }, null, { ...good, unitPrice: -1 }]);
  expect(reply.body.errors.map((error) => error.pointer)).toEqual([
    '/lines/0/quantity',
    '/lines/1',
    '/lines/2/unitPrice',
  ]);
});

test('none of them reserved a unit or moved money', async () => {
  expect(await shop.ledger()).toEqual([]);
  expect(await shop.stockOf('MUG-WHITE')).toEqual({ onHand: 3000, reserved: 0, available: 3000 });
  expect((await shop.ops.get('/v1/orders')).body.data).toEqual([]);
});
