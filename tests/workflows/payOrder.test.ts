import type { OrderAction } from '../../domain/orders/actions';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { placeOrderBody } from '../support/placeOrderBody';

/** Payments that are given when none is awaited, or more than one: whoever gave them is told at once, and nothing hangs. */
let world: OrderWorld;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  worker = await world.startWorker();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

let payments = 0;
const pay = async (orderId: string, token = 'tok_ok') => {
  const tokenId = `tok-${(payments += 1)}`;
  await world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', ?)`, [
    tokenId,
    orderId,
    token,
  ]);
  return world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId, requestId: tokenId }] });
};
const resolve = (orderId: string, resolution: 'retry' | 'settled') =>
  world
    .handle(orderId)
    .executeUpdate('resolveAttention', { args: [{ resolution, note: 'seen to', requestId: `r-${resolution}` }] });
const refusal = (why: string) => ({ cause: { type: 'illegal_transition', message: expect.stringContaining(why) } });

test('an order whose parcel needs a person takes no payment, and says what has to be done first', async () => {
  const { shippingAddress } = placeOrderBody();
  const orderId = await world.place({ shippingAddress: { ...shippingAddress, postalCode: '00000' } });
  await world.until(orderId, 'needs_attention');
  await untilKnown(orderId, 'resolve');
  const { allowedActions, attention } = await world.snapshot(orderId);
  expect(allowedActions).toEqual(['cancel', 'hold', 'resolve', 'set_priority']);
  await expect(pay(orderId)).rejects.toMatchObject(
    refusal(`first somebody has to decide about this (resolve): ${attention}`),
  );
  expect(await world.effects(orderId)).toEqual(['authorise']);
});

test('a second means of payment that is given while the first one is tried is refused once that one is good', async () => {
  const orderId = await world.place({ token: 'tok_declined' });
  await world.until(orderId, 'awaiting_payment');
  await untilKnown(orderId, 'pay');
  const first = pay(orderId, 'tok_slow');
  while ((await world.effects(orderId)).length === 0) await pause(10);
  await expect(pay(orderId)).rejects.toMatchObject(refusal('the order was paid by other means meanwhile'));
  expect(await first).toMatchObject({ paymentStatus: 'authorized' });
  expect((await world.effects(orderId)).filter((effect) => effect === 'authorise')).toHaveLength(1);
});

test('a means of payment that comes together with the word that it was settled by hand is refused', async () => {
  const orderId = await world.place({ token: 'tok_capture_declined' });
  await world.untilTold(orderId, 'shipment.booked');
  await world.report(orderId, 'picked_up');
  await world.untilTold(orderId, 'attention.raised');
  await untilKnown(orderId, 'pay');
  await worker.stop();
  const asked = Promise.allSettled([resolve(orderId, 'settled'), pay(orderId)]);
  await pause(500);
  worker = await world.startWorker();
  const [settled, paid] = await asked;
  expect(settled).toMatchObject({ status: 'fulfilled', value: { paid: true } });
  expect(paid).toMatchObject({ status: 'rejected', reason: refusal('the order was paid by other means meanwhile') });
  expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment']);
});

/** Until the workflow itself has heard of what stands on record. */
const untilKnown = async (orderId: string, action: OrderAction): Promise<void> => {
  while (!(await world.snapshot(orderId)).allowedActions.includes(action)) await pause(10);
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
