/**
 * Sylius (commerce 2.12: Sylius #12869, PR #18407, #13442) decides from the state of the payment what becomes of stock: cancelling an
 * order whose payment is in an odd state fails halfway, and a job cancels orders that were refunded in part.
 * Here: stock follows the goods. Whatever the payment is, units that left stay gone and units that did not leave are given back, once.
 */
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('CUP', 100);
});
afterAll(() => world.close());

const level = async () =>
  (await world.database.raw<{ rows: [object] }>(`SELECT on_hand AS "onHand", reserved FROM stock_levels`)).rows[0];
const place = (token: string) =>
  world.place({ lines: [{ sku: 'CUP', quantity: 10, unitPrice: 100 }], token, shippingPrice: 0 });
const cancel = (orderId: string) =>
  world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'customer asked', requestId: orderId }] });

test('declined, authorised or not to be voided: a cancelled order gives its units back once', async () => {
  const declined = await place('tok_declined');
  await world.until(declined, 'awaiting_payment');
  const authorised = await place('tok_ok');
  await world.untilTold(authorised, 'shipment.booked');
  expect(await level()).toEqual({ onHand: 100, reserved: 20 });
  await cancel(declined);
  await cancel(authorised);
  expect(await level()).toEqual({ onHand: 100, reserved: 0 });
});

test('an order whose capture is declined keeps what it sent: it is not cancelled, and nothing comes back', async () => {
  const orderId = await place('tok_capture_declined');
  await world.untilTold(orderId, 'shipment.booked');
  await world.report(orderId, 'picked_up');
  await world.until(orderId, 'needs_attention');
  await expect(cancel(orderId)).rejects.toMatchObject({ cause: { message: expect.stringContaining('already taken') } });
  expect(await level()).toEqual({ onHand: 90, reserved: 0 });
});
