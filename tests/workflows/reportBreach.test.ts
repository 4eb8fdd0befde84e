import { readOrderToStart } from '../../db/orders/ordersToStart';
import { startOrder } from '../../runtime/startOrder';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const WHAT = 'the books do not add up';
const FINDING = `found by the reconciler: ${WHAT}`;
const report = (orderId: string) => world.handle(orderId).signal('reportBreach', { what: WHAT });
const resolve = (orderId: string, resolution: 'retry' | 'settled' = 'settled') =>
  world.handle(orderId).executeUpdate('resolveAttention', { args: [{ resolution, note: 'looked into' }] });
const booked = async (token = 'tok_ok') => {
  const orderId = await world.place({ token });
  await world.untilTold(orderId, 'shipment.booked');
  return orderId;
};
const told = async (orderId: string, type: string) =>
  (await world.timeline(orderId)).filter((event) => event.type === type).length;
const ALL_ONCE = ['authorise', 'book_shipment', 'capture'];

describe('an order in which the reconciler found something', () => {
  test('needs attention, is not captured until somebody has decided, and then goes on and completes', async () => {
    const orderId = await booked();
    await report(orderId);
    await world.until(orderId, 'needs_attention');
    expect(await world.snapshot(orderId)).toMatchObject({
      ...{ status: 'needs_attention', attention: FINDING, statusReason: FINDING },
      waitingFor: { what: 'decision_of_operations', owner: 'operations', until: expect.any(String) },
      allowedActions: expect.arrayContaining(['resolve', 'cancel']),
    });
    await world.report(orderId, 'picked_up', 'delivered');
    await world.untilTold(orderId, 'shipment.delivered');
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment']);
    expect(await resolve(orderId)).toMatchObject({ attention: null });
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await world.effects(orderId)).toEqual(ALL_ONCE);
    expect(await world.timeline(orderId)).toContainEqual(
      expect.objectContaining({ type: 'attention.raised', actor: 'reconciler', data: { attention: FINDING } }),
    );
  });

  test('is not booked before somebody has decided', async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    await world.untilTold(orderId, 'stock.reserved');
    await report(orderId);
    await world.untilTold(orderId, 'order.confirmed');
    expect(await world.effects(orderId)).toEqual(['authorise']);
    await resolve(orderId, 'retry');
    await world.untilTold(orderId, 'shipment.booked');
    expect(await world.status(orderId)).toBe('ready_to_ship');
  });

  test('and that has nothing left to do waits for the decision, and is completed by it', async () => {
    const orderId = await world.place({
      lines: [{ sku: 'SHIRT', quantity: 1, unitPrice: 0 }],
      shippingPrice: 0,
    });
    await world.untilTold(orderId, 'shipment.booked');
    await report(orderId);
    await world.until(orderId, 'needs_attention');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.untilTold(orderId, 'shipment.delivered');
    expect(await world.snapshot(orderId)).toMatchObject({ status: 'needs_attention', attention: FINDING });
    await resolve(orderId);
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await told(orderId, 'attention.raised')).toBe(1);
  });

  test('can be cancelled without a decision, and is undone like any other', async () => {
    const orderId = await booked();
    await report(orderId);
    await world.until(orderId, 'needs_attention');
    await world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'customer asked' }] });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', attention: null });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
  });

  test('takes no other payment where none is awaited', async () => {
    const orderId = await booked();
    await report(orderId);
    await world.until(orderId, 'needs_attention');
    await expect(
      world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId: 'tok-other' }] }),
    ).rejects.toMatchObject({ cause: { type: 'illegal_transition', message: expect.stringContaining('awaited') } });
  });

  test('is told of it once, however often it is reported', async () => {
    const orderId = await booked();
    for (let time = 0; time < 3; time += 1) await report(orderId);
    await world.until(orderId, 'needs_attention');
    await world.handle(orderId).signal('holdOrder', { reason: 'check', requestId: 'h' });
    await world.untilTold(orderId, 'hold.placed');
    expect(await told(orderId, 'attention.raised')).toBe(1);
  });

  test('can be decided about after its workflow was ended by hand and started anew', async () => {
    const orderId = await booked();
    await report(orderId);
    await world.until(orderId, 'needs_attention');
    await world.handle(orderId).terminate();
    const order = await readOrderToStart(world.database, orderId);
    if (order === undefined) throw new Error('the order is gone');
    await startOrder(world.temporal, order, { taskQueue: world.taskQueue, deadlineMs: 5_000, again: true });
    await world.handle(orderId).signal('holdOrder', { reason: 'check', requestId: 'first sign of life' });
    await world.untilTold(orderId, 'hold.placed');
    await world.handle(orderId).executeUpdate('releaseOrder', { args: [{}] });
    expect(await resolve(orderId)).toMatchObject({ attention: null });
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await world.effects(orderId)).toEqual(ALL_ONCE);
  });
});

describe('a finding', () => {
  test('leaves alone what a step has raised: that step gets the decision it waits for', async () => {
    const orderId = await booked('tok_capture_declined');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.until(orderId, 'needs_attention');
    const { attention } = await world.snapshot(orderId);
    await report(orderId);
    await world.handle(orderId).signal('holdOrder', { reason: 'check', requestId: 'h', type: 'address' });
    await world.untilTold(orderId, 'hold.placed');
    expect((await world.snapshot(orderId)).attention).toBe(attention);
    await resolve(orderId);
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await told(orderId, 'payment.settled_by_hand')).toBe(1);
  });

  test('gives way to what a step raises after it, and the step gets the decision', async () => {
    const orderId = await world.place({ token: 'tok_void_error' }, { settleWithinMs: 300 });
    await world.untilTold(orderId, 'shipment.booked');
    await report(orderId);
    await world.until(orderId, 'needs_attention');
    const cancelled = world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'customer asked' }] });
    for (;;) {
      const { attention } = await world.snapshot(orderId);
      if (attention?.startsWith('Voiding') === true) break;
      await new Promise((done) => setTimeout(done, 25));
    }
    await resolve(orderId);
    expect(await cancelled).toMatchObject({ status: 'cancelled' });
    expect(await told(orderId, 'payment.settled_by_hand')).toBe(1);
  });

  test('that makes no sense is noted, and the order goes on', async () => {
    const orderId = await booked();
    for (const payload of [undefined, null, 7, {}, { what: 5 }, { what: 'x'.repeat(501) }])
      await world.handle(orderId).signal('reportBreach', payload);
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await told(orderId, 'request.refused')).toBe(6);
    expect(await told(orderId, 'attention.raised')).toBe(0);
  });
});
