/**
 * Medusa (commerce 2.10: medusa #16406) reserves a line again that has been sent when something else of the order changes, and an
 * undo that fails brings reservations back that were used up.
 * Here: what is allocated is what is open of each line; units that were sent are neither reserved again nor given back, whichever
 * step is repeated, undone or comes late.
 */
import { createInventoryActivities } from '../../activities/inventory';
import { createOrderActivities } from '../../activities/orders';
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
  await room.stock('CUP', 10);
});
afterEach(() => room.close());

test('every step repeated after the parcel has left moves nothing', async () => {
  const orderId = await room.order(free({ sku: 'CUP', quantity: 4 }));
  await room.reserve(orderId);
  await room.begin(orderId);
  await room.dispatch(orderId);
  const inventory = createInventoryActivities({ database: room.database });
  const orders = createOrderActivities({ database: room.database });
  const request = { requestId: 'r', actor: 'test' };
  await room.reserve(orderId);
  await inventory.allocateBackorder({ orderId });
  await inventory.replaceCalledOff({ orderId });
  for (const choice of ['wait', 'ship_available', 'cancel_missing'] as const)
    await inventory.decideBackorder({ orderId, request: { ...request, choice } });
  await orders.placeHold({ orderId, request: { ...request, type: 'operator', reason: 'look' } });
  await room.dispatch(orderId);
  expect(await room.level('CUP')).toEqual({ onHand: 6, reserved: 0 });
  await room.deliver(orderId);
  await room.reserve(orderId);
  expect(await room.level('CUP')).toEqual({ onHand: 6, reserved: 0 });
  expect(await room.findDrift()).toEqual([]);
});

test('a cancellation that comes late, twice and at once with the parcel gives back what has not left, once', async () => {
  const [gone, kept] = [
    await room.order(free({ sku: 'CUP', quantity: 4 })),
    await room.order(free({ sku: 'CUP', quantity: 3 })),
  ];
  for (const orderId of [gone, kept]) await room.reserve(orderId);
  await room.begin(gone);
  await room.dispatch(gone);
  await Promise.all([room.cancel(gone), room.cancel(gone), room.cancel(kept), room.cancel(kept), room.reserve(kept)]);
  expect(await room.level('CUP')).toEqual({ onHand: 6, reserved: 0 });
  expect(await room.rows('SELECT shipped, cancelled FROM order_lines ORDER BY quantity')).toEqual([
    { shipped: 0, cancelled: 3 },
    { shipped: 4, cancelled: 0 },
  ]);
  expect(await room.findDrift()).toEqual([]);
});
