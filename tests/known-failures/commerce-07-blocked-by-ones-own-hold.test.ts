/**
 * Sylius and WooCommerce (commerce 2.7: Sylius #3573, woocommerce PR #67751): a payment fails, and the customer who tries again is
 * told that the item is sold out: what stands in the way is what was kept for that very customer.
 * Here: an order takes over what its cart kept, and keeps it while another means of payment is awaited.
 */
import { createReservation } from '../../db/inventory/reservations';
import { newId } from '../../runtime/newId';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('LAST', 1);
});
afterAll(() => world.close());

test('the last unit, kept for a cart and paid at the second try, goes to its customer', async () => {
  const { id } = await createReservation(world.database, {
    ...{ id: newId('rsv'), channel: 'web', owner: 'cart', country: null, minutes: 15, actor: 'test' },
    lines: [{ sku: 'LAST', quantity: 1 }],
  });
  const line = { sku: 'LAST', quantity: 1, unitPrice: 1000 };
  const orderId = await world.place({ lines: [line], token: 'tok_declined', reservationId: id });
  await world.until(orderId, 'awaiting_payment');
  const other = await world.place({ lines: [line] });
  await world.until(other, 'rejected');
  await world.database.raw(
    `INSERT INTO payment_tokens (id, order_id, method, token) VALUES ('second', ?, 'card', 'tok_ok')`,
    [orderId],
  );
  await world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId: 'second', requestId: 'second' }] });
  await world.untilTold(orderId, 'shipment.booked');
  await world.report(orderId, 'picked_up', 'delivered');
  expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
});
