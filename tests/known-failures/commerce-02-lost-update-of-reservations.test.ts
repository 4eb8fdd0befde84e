/**
 * Medusa (commerce 2.2: medusa #16569): two reservations made at the same time each read the reserved quantity, add to it and
 * write it back. One of the two is lost, and the units it stood for are sold once more.
 * Here: a reservation is added to what the row holds at that moment, with its line in an append-only ledger that the level is
 * the sum of; and a write that would reserve more than there is, by whatever code, is refused by the database itself.
 */
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('MUG', 40);
});
afterEach(() => room.close());

test('40 reservations made at the same time are all there, in the level, the ledger and the orders', async () => {
  const orderIds = await Promise.all(Array.from({ length: 40 }, () => room.order(free({ sku: 'MUG', quantity: 1 }))));
  await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  expect(await room.level('MUG')).toEqual({ onHand: 40, reserved: 40 });
  expect(await room.rows(`SELECT count(*) FROM stock_movements WHERE reason = 'allocated'`)).toEqual([{ count: 40 }]);
  expect(await room.findDrift()).toEqual([]);
});

test('reservations and releases at the same time leave exactly what is still wanted', async () => {
  const orderIds = await Promise.all(Array.from({ length: 40 }, () => room.order(free({ sku: 'MUG', quantity: 1 }))));
  const [early, late] = [orderIds.slice(0, 20), orderIds.slice(20)];
  await Promise.all(early.map((orderId) => room.reserve(orderId)));
  await Promise.all([...early.map((orderId) => room.cancel(orderId)), ...late.map((orderId) => room.reserve(orderId))]);
  expect(await room.level('MUG')).toEqual({ onHand: 40, reserved: 20 });
  expect(await room.findDrift()).toEqual([]);
});

test('code that forgets every check is stopped by the database: 10 times 5 units of 40 are reserved 8 times', async () => {
  const careless = () => room.rows(`UPDATE stock_levels SET reserved = reserved + 5 WHERE sku = 'MUG' RETURNING sku`);
  const results = await Promise.allSettled(Array.from({ length: 10 }, careless));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(2);
  for (const { reason } of refused) expect(reason).toMatchObject({ constraint: 'never_oversold' });
  expect(await room.level('MUG')).toEqual({ onHand: 40, reserved: 40 });
});
