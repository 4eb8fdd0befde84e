/**
 * Medusa (commerce 2.5: medusa #16488) moves a reservation to another location without a look at what that one has: its available
 * units fall below zero.
 * Here: units that were kept at one place and are to come from another are given back and allocated anew, in one transaction and by
 * the same conditional statement as any other; where the other place has too few, the order is refused.
 */
import { createReservation } from '../../db/inventory/reservations';
import { recordOrder } from '../../db/orders/recordOrder';
import { newId } from '../../runtime/newId';
import { free, newOrder, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
  await room.stock('SHIRT', 4, { location: 'loc-1' });
});
afterEach(() => room.close());

/** Kept at the first location, which then stops serving. */
async function orderOfCart(): Promise<string> {
  const { id } = await createReservation(room.database, {
    ...{ id: newId('rsv'), channel: 'web', owner: 'cart', country: null, minutes: 15, actor: 'test' },
    lines: [{ sku: 'SHIRT', quantity: 4 }],
  });
  await room.rows(`UPDATE locations SET active = false WHERE id = 'loc-1'`);
  const order = newOrder(free({ sku: 'SHIRT', quantity: 4 }));
  await recordOrder(room.database, { ...order, order: { ...order.order, reservationId: id } });
  return order.orderId;
}

test('units that move to a place with enough are reserved there, and nowhere else', async () => {
  await room.stock('SHIRT', 5, { location: 'loc-2' });
  expect((await room.reserve(await orderOfCart())).snapshot.status).toBe('ready_to_ship');
  expect([await room.level('SHIRT', 'loc-1'), await room.level('SHIRT', 'loc-2')]).toEqual([
    { onHand: 4, reserved: 0 },
    { onHand: 5, reserved: 4 },
  ]);
  expect(await room.findDrift()).toEqual([]);
});

test('units that would move to a place with too few are not promised', async () => {
  await room.stock('SHIRT', 3, { location: 'loc-2' });
  expect((await room.reserve(await orderOfCart())).snapshot).toMatchObject({
    status: 'rejected',
    statusReason: 'insufficient_stock: SHIRT (4 wanted, 3 available)',
  });
  expect(await room.rows('SELECT sku FROM stock_levels WHERE reserved <> 0')).toEqual([]);
});
