/**
 * Medusa and Vendure (commerce 2.3: medusa #16502, vendure #2702) check each line of a cart against the stock by itself: two lines
 * of 3 for an item of which 5 are left both pass, no second buyer needed, and 6 units are sold.
 * Here: what all lines of an order want of an item is added up before anything is compared or reserved.
 */
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(() => room.close());

const lines = (...quantities: number[]) => free(...quantities.map((quantity) => ({ sku: 'SHIRT', quantity })));

test('two lines of 3 for an item with 5 left are rejected together, and say what was wanted in all', async () => {
  await room.stock('SHIRT', 5);
  expect((await room.reserve(await room.order(lines(3, 3)))).snapshot).toMatchObject({
    status: 'rejected',
    statusReason: 'insufficient_stock: SHIRT (6 wanted, 5 available)',
  });
  expect(await room.level('SHIRT')).toEqual({ onHand: 5, reserved: 0 });
});

test('two lines of the same item that fit are reserved as one movement, and each line has its units', async () => {
  await room.stock('SHIRT', 6);
  const orderId = await room.order(lines(3, 3));
  expect((await room.reserve(orderId)).snapshot.status).toBe('ready_to_ship');
  expect(await room.rows('SELECT allocated FROM order_lines ORDER BY position')).toEqual([
    { allocated: 3 },
    { allocated: 3 },
  ]);
  expect(await room.rows('SELECT reserved_delta FROM stock_movements WHERE document = ?', [orderId])).toEqual([
    { reserved_delta: 6 },
  ]);
  await room.cancel(orderId);
  expect(await room.level('SHIRT')).toEqual({ onHand: 6, reserved: 0 });
  expect(await room.findDrift()).toEqual([]);
});

test('lines for the same item that two locations have between them get no unit twice', async () => {
  await room.stock('SHIRT', 3, { location: 'loc-1' });
  await room.stock('SHIRT', 3, { location: 'loc-2' });
  expect((await room.reserve(await room.order(lines(4, 3)))).snapshot.status).toBe('rejected');
  expect((await room.reserve(await room.order(lines(4, 2)))).snapshot.status).toBe('ready_to_ship');
  expect(await room.rows('SELECT reserved FROM stock_levels')).toEqual([{ reserved: 3 }, { reserved: 3 }]);
  expect(await room.findDrift()).toEqual([]);
});

test('30 buyers at once, each with the item on two lines, get no unit more than there is', async () => {
  await room.stock('SHIRT', 50);
  const orderIds = await Promise.all(Array.from({ length: 30 }, () => room.order(lines(1, 2))));
  const starts = await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  expect(starts.filter(({ snapshot }) => snapshot.status === 'ready_to_ship')).toHaveLength(16);
  expect(await room.level('SHIRT')).toEqual({ onHand: 50, reserved: 48 });
  expect(await room.findDrift()).toEqual([]);
});
