/**
 * Medusa and Vendure (commerce 2.8: medusa #10658, #15159, vendure #2356) take stock from locations that do not serve the channel
 * of the order, and backorders wait for the wrong one.
 * Here: a location that does not serve the channel is out before anything is compared, for orders, for those that wait, and for
 * what a channel is told that it can sell.
 */
import { readAvailability } from '../../db/inventory/readAvailability';
import { createInventoryActivities } from '../../activities/inventory';
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
  await room.stock('SHIRT', 9, { location: 'loc-1' });
  await room.stock('SHIRT', 2, { location: 'loc-2' });
  await room.rows(`UPDATE locations SET channels = '{shop}' WHERE id = 'loc-1'`);
});
afterEach(() => room.close());

const order = (quantity: number) => room.order(free({ sku: 'SHIRT', quantity }));
const allocations = () => room.rows('SELECT location, quantity FROM allocations ORDER BY created_at');

test('an order gets what serves its channel, though another location goes first and has more', async () => {
  expect((await room.reserve(await order(2))).snapshot.status).toBe('ready_to_ship');
  expect(await allocations()).toEqual([{ location: 'loc-2', quantity: 2 }]);
});

test('an order for more than that is rejected, and takes nothing from the other channel', async () => {
  const { snapshot } = await room.reserve(await order(3));
  expect(snapshot.status).toBe('rejected');
  expect([await room.level('SHIRT', 'loc-1'), await allocations()]).toEqual([{ onHand: 9, reserved: 0 }, []]);
});

test('an order that waits is not served from there either', async () => {
  await room.rows(`UPDATE items SET shortage = 'backorder' WHERE sku = 'SHIRT'`);
  const orderId = await order(5);
  await room.reserve(orderId);
  await createInventoryActivities({ database: room.database }).allocateBackorder({ orderId });
  expect(await room.level('SHIRT', 'loc-1')).toEqual({ onHand: 9, reserved: 0 });
});

test('a channel is told of what serves it alone', async () => {
  const units = async (channel: string) =>
    (await readAvailability(room.database, { sku: 'SHIRT', channel, country: null, quantity: 1, at: null }))?.available;
  expect([await units('web'), await units('shop')]).toEqual([2, 11]);
});
