/**
 * Temporal's reference order system (peers 4.10): one of an order's two payments is declined, half of it is never sent, and the
 * order shows as "completed"; nobody is told, and the stock is never given back.
 * Here: an order is completed when all of it is delivered and paid, and never else. A decline is a state of its own with
 * a reason, somebody who has to act and a date, the customer is told, and the stock is free again when the time is up.
 */
import { openShop, pause, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ settings: { PAYMENT_DEADLINE: '6s' } });
  await shop.move();
});
afterAll(() => shop.close());

const SCARCE = [{ sku: 'POSTER-LTD', quantity: 5, unitPrice: 2500 }];
const mailsOf = async (orderId: string) => {
  const response = await fetch(`${shop.world.sandbox.url}/inbox?orderId=${orderId}`);
  return ((await response.json()) as { data: { subject: string }[] }).data;
};

test('of two orders one is declined: that one asks for payment, and only the other completes', async () => {
  const [good, bad] = await Promise.all([shop.place(), shop.place({ token: 'tok_insufficient_funds' })]);
  const declined = await shop.until(bad, 'awaiting_payment');
  expect(declined).toMatchObject({
    paymentStatus: 'failed',
    fulfilmentStatus: 'allocated',
    statusReason: 'payment_declined: The card has insufficient funds',
    waitingFor: { what: 'customer_payment', owner: 'customer', until: expect.stringMatching(/Z$/) },
    totals: { paid: 0 },
    shipments: [],
  });
  expect(declined.payments[0]).toMatchObject({ status: 'declined', declined: { code: 'insufficient_funds' } });
  expect(await shop.until(good, 'completed')).toMatchObject({ paymentStatus: 'paid' });
  const { data } = (await shop.channel.get('/v1/orders?paymentStatus=failed')).body;
  expect(data.map((order) => order.id)).toContain(bad);
  while ((await mailsOf(bad)).length === 0) await pause(50);
});

test('a payment that stays declined ends in a cancelled order at its deadline, with the stock free for the next one', async () => {
  const bad = await shop.place({ token: 'tok_declined', lines: SCARCE });
  await shop.until(bad, 'awaiting_payment');
  expect((await shop.stockOf('POSTER-LTD')).available).toBe(0);
  const order = await shop.until(bad, 'cancelled');
  expect(order).toMatchObject({ statusReason: 'payment_deadline_passed', paymentStatus: 'failed' });
  expect(await shop.stockOf('POSTER-LTD')).toEqual({ onHand: 5, reserved: 0, available: 5 });
  expect(await shop.effects(bad)).toEqual([]);

  await shop.until(await shop.place({ lines: SCARCE }), 'completed');
  expect(await shop.stockOf('POSTER-LTD')).toEqual({ onHand: 0, reserved: 0, available: 0 });
});

test('a second card that is declined too leaves the order as it was, and a third one pays it', async () => {
  const orderId = await shop.place({ token: 'tok_declined' });
  await shop.until(orderId, 'awaiting_payment');
  const pay = (token: string) => shop.channel.post(`/v1/orders/${orderId}/payments`, { body: { token } });
  const second = await pay('tok_insufficient_funds');
  expect([second.status, second.body.status]).toEqual([200, 'awaiting_payment']);
  const third = await pay('tok_ok');
  expect([third.status, third.body.paymentStatus]).toEqual([200, 'authorized']);
  const order = await shop.until(orderId, 'completed');
  expect(order.payments.map((payment) => payment.status)).toEqual(['declined', 'declined', 'captured']);
  expect(order.totals.paid).toBe(order.totals.grand);
});

test('goods that are delivered and not paid, as the capture is declined, are work for a person and not a completed order', async () => {
  const orderId = await shop.place({ token: 'tok_capture_declined' });
  const order = await shop.until(orderId, 'needs_attention');
  expect(order.statusReason).toContain('capture_declined');
  expect(order.totals.paid).toBe(0);
  await shop.untilTold(orderId, 'shipment.delivered');
  await pause(300);
  expect((await shop.read(orderId)).status).toBe('needs_attention');
  const { data } = (await shop.ops.get('/v1/orders?status=needs_attention')).body;
  expect(data.map((listed) => listed.id)).toEqual([orderId]);

  await shop.channel.post(`/v1/orders/${orderId}/payments`, { body: { token: 'tok_ok' } });
  expect(await shop.until(orderId, 'completed')).toMatchObject({ paymentStatus: 'paid' });
});
