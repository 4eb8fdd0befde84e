/**
 * Temporal's reference order system (peers 4.5): the invoice adds the running total instead of the line's amount, so that an
 * order of three items is charged more than twice what it costs.
 * Here: whatever the number of lines, the total is the sum of its parts in whole cents, and that very amount is what the
 * gateway's own books say was authorised and captured.
 */
import { openShop, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await shop.move();
});
afterAll(() => shop.close());

const THREE = [
  { sku: 'TSHIRT-BLK-M', quantity: 3, unitPrice: 1999 },
  { sku: 'MUG-WHITE', quantity: 1, unitPrice: 899 },
  { sku: 'SOCKS-3PK', quantity: 7, unitPrice: 1 },
];
const moneyOf = async (orderId: string) =>
  (await shop.world.ledger(orderId)).flatMap(({ provider, effect, amount }) =>
    provider === 'payments' ? [[effect, amount]] : [],
  );

test('three lines are charged the sum of their quantities times prices and the shipping, to the cent', async () => {
  const orderId = await shop.place({ lines: THREE, shippingPrice: 499 });
  const order = await shop.until(orderId, 'completed');
  expect(order.totals).toEqual({
    items: 3 * 1999 + 899 + 7,
    shipping: 499,
    discount: 0,
    tax: 0,
    grand: 7402,
    paid: 7402,
    refunded: 0,
  });
  expect(await moneyOf(orderId)).toEqual([
    ['authorise', 7402],
    ['capture', 7402],
  ]);
});

test.each([1, 2, 3, 5, 8])('the captured amount is the sum of the parts with %i lines', async (count) => {
  const skus = ['TSHIRT-BLK-M', 'MUG-WHITE', 'SOCKS-3PK', 'TSHIRT-BLK-L'];
  const lines = Array.from({ length: count }, (_, index) => ({
    sku: skus[index % skus.length] ?? '',
    quantity: (index % 3) + 1,
    unitPrice: 333 * (index + 1),
  }));
  const sum = lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  const orderId = await shop.place({ lines, shippingPrice: 0 });
  const order = await shop.until(orderId, 'completed');
  expect([order.totals.items, order.totals.grand, order.totals.paid]).toEqual([sum, sum, sum]);
  expect(await moneyOf(orderId)).toEqual([
    ['authorise', sum],
    ['capture', sum],
  ]);
});

test('an order that costs nothing is completed without a payment', async () => {
  const orderId = await shop.place({
    lines: [{ sku: 'SOCKS-3PK', quantity: 1, unitPrice: 0 }],
    shippingPrice: 0,
  });
  const order = await shop.until(orderId, 'completed');
  expect([order.totals.grand, await moneyOf(orderId)]).toEqual([0, []]);
});
