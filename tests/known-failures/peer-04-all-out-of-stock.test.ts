/**
 * Temporal's reference order system (peers 4.4): where every item is out of stock the step that reserves panics and is retried
 * for ever; the order stays "pending", the customer is never asked, and a cancellation is answered with 200 and does nothing.
 * Here: the order is rejected at once with every line that was short, wherever its channel looks, and nothing is left behind.
 */
import { openShop, pause, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const ALL_SHORT = [
  { sku: 'JACKET-OLV-M', quantity: 2, unitPrice: 8900 },
  { sku: 'POSTER-LTD', quantity: 9, unitPrice: 2500 },
];
const REASON = 'insufficient_stock: JACKET-OLV-M (2 wanted, 0 available), POSTER-LTD (9 wanted, 5 available)';

test('a channel that waits for the verdict hears it with the answer: rejected, and which lines were short', async () => {
  const reply = await shop.submit({ lines: ALL_SHORT }, { prefer: 'wait=10' });
  expect([reply.status, reply.body.status, reply.body.statusReason]).toEqual([201, 'rejected', REASON]);
});

describe('a rejected order', () => {
  let orderId: string;
  beforeAll(async () => {
    orderId = await shop.place({ lines: ALL_SHORT });
    await shop.until(orderId, 'rejected');
  });

  test('shows its reason to its channel: alone, in the list, by its status and on its timeline', async () => {
    const { body: order } = await shop.channel.get(`/v1/orders/${orderId}`);
    expect(order).toMatchObject({ status: 'rejected', statusReason: REASON, waitingFor: null, allowedActions: [] });
    const { data } = (await shop.channel.get('/v1/orders?status=rejected')).body;
    expect(data.map((listed) => listed.id)).toContain(orderId);
    expect((await shop.channel.get(`/v1/orders/${orderId}/status`)).body).toMatchObject({ status: 'rejected' });
    const events = (await shop.channel.get(`/v1/orders/${orderId}/events`)).body.data;
    expect(events.at(-1)).toMatchObject({
      type: 'order.rejected',
      data: {
        reason: 'insufficient_stock',
        short: [
          { sku: 'JACKET-OLV-M', wanted: 2, available: 0 },
          { sku: 'POSTER-LTD', wanted: 9, available: 5 },
        ],
      },
    });
  });

  test('has reserved nothing, not even what was there, and moved no money', async () => {
    expect(await shop.stockOf('POSTER-LTD')).toEqual({ onHand: 5, reserved: 0, available: 5 });
    expect(await shop.effects(orderId)).toEqual([]);
  });

  test('has its workflow at its end, not retried for ever', async () => {
    expect(await shop.world.result(orderId)).toMatchObject({ status: 'rejected' });
    expect((await shop.world.handle(orderId).describe()).status.name).toBe('COMPLETED');
  });

  test('is told to the customer, once', async () => {
    const inbox = async () => {
      const response = await fetch(`${shop.world.sandbox.url}/inbox?orderId=${orderId}`);
      return ((await response.json()) as { data: { subject: string }[] }).data;
    };
    while ((await inbox()).length === 0) await pause(50);
    expect(await inbox()).toHaveLength(1);
  });

  test('refuses to be cancelled with 409 and why, instead of saying yes and doing nothing', async () => {
    const reply = await shop.act('cancel', orderId, { reason: 'no longer wanted' });
    expect([reply.status, reply.body.code]).toEqual([409, 'illegal_transition']);
    expect(reply.body.detail).toContain('the order is rejected');
  });
});
