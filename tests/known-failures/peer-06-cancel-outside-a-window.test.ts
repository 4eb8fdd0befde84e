/**
 * Temporal's reference order system (peers 4.6): an order can be cancelled in the 30 seconds of its stock question alone; at
 * any other time the answer is 200 and nothing happens, and the stale cancellation waits in a channel for later.
 * Here: at each stage a cancellation is either carried out before it is answered, or refused with 409 and why, and then leaves
 * nothing behind that could strike later.
 */
import { openShop, pause, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const cancel = (orderId: string) => shop.act('cancel', orderId, { reason: 'changed my mind' });
const booked = async () => {
  const orderId = await shop.place();
  await shop.untilTold(orderId, 'shipment.booked');
  return orderId;
};
const nowhere = { name: 'Nobody', line1: 'Nowhere 1', city: 'Berlin', postalCode: '00000', country: 'DE' };

describe('a cancellation is carried out', () => {
  test.each<[string, () => Promise<string>, string[]]>([
    [
      'while the payment is being authorised',
      async () => {
        const orderId = await shop.place({ token: 'tok_slow' });
        await shop.untilTold(orderId, 'stock.reserved');
        return orderId;
      },
      ['authorise', 'void'],
    ],
    [
      'while the customer is asked to pay',
      async () => {
        const orderId = await shop.place({ token: 'tok_declined' });
        await shop.until(orderId, 'awaiting_payment');
        return orderId;
      },
      [],
    ],
    [
      'on hold, before it is booked',
      async () => {
        const orderId = await shop.place({ token: 'tok_slow' });
        await shop.act('hold', orderId, { reason: 'check the address' });
        await shop.untilTold(orderId, 'order.confirmed');
        await shop.until(orderId, 'on_hold');
        return orderId;
      },
      ['authorise', 'void'],
    ],
    ['booked and waiting for the carrier', booked, ['authorise', 'book_shipment', 'cancel_shipment', 'void']],
    [
      'as work for a person, when the carrier refuses the address',
      async () => {
        const orderId = await shop.place({ shippingAddress: nowhere });
        await shop.until(orderId, 'needs_attention');
        return orderId;
      },
      ['authorise', 'void'],
    ],
  ])('%s: 200 with the cancelled order, everything undone', async (_stage, reach, effects) => {
    const before = await shop.stockOf('TSHIRT-BLK-M');
    const orderId = await reach();
    const reply = await cancel(orderId);
    expect([reply.status, reply.body.status]).toEqual([200, 'cancelled']);
    expect(await shop.effects(orderId)).toEqual(effects);
    expect(await shop.stockOf('TSHIRT-BLK-M')).toEqual(before);
    expect(await shop.world.result(orderId)).toMatchObject({ status: 'cancelled' });
  });

  test('while no worker lives: 202, and as soon as one is back, once', async () => {
    const idle = await openShop({ worker: false });
    try {
      const orderId = await idle.place();
      const reply = await idle.act('cancel', orderId, { reason: 'changed my mind' });
      expect([reply.status, reply.body.status]).toEqual([202, 'received']);
      await idle.world.startWorker();
      await idle.until(orderId, 'cancelled');
      await idle.world.result(orderId);
      expect((await idle.timeline(orderId)).filter((type) => type === 'order.cancelled')).toHaveLength(1);
      const effects = await idle.effects(orderId);
      expect(effects.filter((effect) => effect === 'authorise')).toHaveLength(
        effects.filter((effect) => effect === 'void').length,
      );
    } finally {
      await idle.close();
    }
  });
});

describe('a cancellation is refused with 409 and why', () => {
  test('once the carrier has the parcel, and the order completes as if nobody had asked', async () => {
    const orderId = await booked();
    await shop.advance(orderId);
    await shop.until(orderId, 'shipped');
    const reply = await cancel(orderId);
    expect([reply.status, reply.body.code]).toEqual([409, 'illegal_transition']);
    expect(reply.body.detail).toContain('the carrier has already taken the parcel; ask for a return instead');
    for (let step = 0; step < 2; step += 1) await shop.advance(orderId);
    expect(await shop.until(orderId, 'completed')).toMatchObject({ paymentStatus: 'paid' });
    expect(await shop.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);

    const late = await cancel(orderId);
    expect([late.status, late.body.detail]).toEqual([409, 'cancel is not possible: the order is completed']);
  });

  test('when the order is cancelled already', async () => {
    const orderId = await booked();
    expect((await cancel(orderId)).status).toBe(200);
    const again = await cancel(orderId);
    expect([again.status, again.body.detail]).toEqual([409, 'cancel is not possible: the order is cancelled']);
    expect(await shop.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
  });
});

test('a cancellation left as a signal after the pick-up is told as refused on the timeline, and never strikes later', async () => {
  const orderId = await booked();
  await shop.advance(orderId);
  await shop.until(orderId, 'shipped');
  await shop.world.handle(orderId).signal('cancelOrder', { reason: 'too late' });
  await shop.untilTold(orderId, 'request.refused');
  await pause(300);
  expect((await shop.read(orderId)).status).toBe('shipped');
  for (let step = 0; step < 2; step += 1) await shop.advance(orderId);
  await shop.until(orderId, 'completed');
});
