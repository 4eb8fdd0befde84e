import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { placeOrderBody } from '../support/placeOrderBody';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const hold = (orderId: string, requestId: string, type = 'operator') =>
  world.handle(orderId).executeUpdate<{ holds: { id: string }[] }, [object]>('holdOrder', {
    args: [{ reason: 'check', type, requestId }],
  });
const pay = async (orderId: string) => {
  const tokenId = `tok-${orderId}`;
  await world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', 'tok_ok')`, [
    tokenId,
    orderId,
  ]);
  return world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId, requestId: tokenId }] });
};
const release = (orderId: string, body: object) =>
  world.handle(orderId).executeUpdate('releaseOrder', { args: [body] });

describe('holding an order', () => {
  test('stops booking until every hold that blocks it is released, each by its id', async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    const { holds } = await hold(orderId, 'h1');
    const both = await hold(orderId, 'h2', 'fraud_review');
    expect(both.holds).toHaveLength(2);
    await world.untilTold(orderId, 'order.confirmed');
    expect(await world.status(orderId)).toBe('on_hold');

    await expect(release(orderId, { requestId: 'r0' })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('several holds are open') },
    });
    await release(orderId, { holdId: holds[0]?.id, requestId: 'r1' });
    expect(await world.effects(orderId)).toEqual(['authorise']);
    await release(orderId, { requestId: 'r2' });
    await world.untilTold(orderId, 'shipment.booked');
    expect(await world.status(orderId)).toBe('ready_to_ship');
  });

  test('on the payment alone lets the parcel go and stops the capture', async () => {
    const orderId = await world.place();
    await hold(orderId, 'h1', 'payment');
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.untilTold(orderId, 'shipment.delivered');
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment']);
    expect(await world.status(orderId)).toBe('on_hold');
    await release(orderId, { requestId: 'r1' });
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
  });

  test('while a declined capture awaits a decision keeps the next payment from being captured, until it is released', async () => {
    const orderId = await world.place({ token: 'tok_capture_declined' });
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.untilTold(orderId, 'attention.raised');
    await world.untilTold(orderId, 'shipment.delivered');
    await hold(orderId, 'h1');
    expect(await pay(orderId)).toMatchObject({ paymentStatus: 'authorized' });
    await world.untilTold(orderId, 'payment.voided');
    await release(orderId, { requestId: 'r1' });
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    const told = (await world.timeline(orderId)).map(({ type }) => type);
    expect(told.indexOf('payment.captured')).toBeGreaterThan(told.indexOf('hold.released'));
  });

  test('whose parcel the carrier refused keeps it from being booked by a retry, until it is released', async () => {
    const { shippingAddress } = placeOrderBody();
    const orderId = await world.place({ shippingAddress: { ...shippingAddress, postalCode: '00000' } });
    await world.until(orderId, 'needs_attention');
    await hold(orderId, 'h1', 'address');
    await world.database.raw(
      `UPDATE order_contacts SET shipping_address = shipping_address || '{"postalCode": "10117"}' WHERE order_id = ?`,
      [orderId],
    );
    const args = [{ resolution: 'retry', requestId: 'retry' }] as [object];
    expect(await world.handle(orderId).executeUpdate('resolveAttention', { args })).toMatchObject({
      status: 'on_hold',
      attention: null,
    });
    await release(orderId, { requestId: 'r1' });
    await world.untilTold(orderId, 'shipment.booked');
    const told = (await world.timeline(orderId)).map(({ type }) => type);
    expect(told.indexOf('shipment.booked')).toBeGreaterThan(told.indexOf('hold.released'));
  });

  test('works by signal too, once, whichever of signal and update of one request comes first', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.handle(orderId).signal('holdOrder', { reason: 'by signal', requestId: 'x1' });
    const after = await hold(orderId, 'x1');
    expect(after.holds).toHaveLength(1);
    await world.handle(orderId).signal('releaseOrder', {});
    await world.untilTold(orderId, 'hold.released');
    expect(await world.status(orderId)).toBe('ready_to_ship');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.result(orderId);
  });
});

describe('the doors of a running order', () => {
  test('take garbage signals without harm: recorded, ignored, and the order goes on', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    const handle = world.handle(orderId);
    await handle.signal('cancelOrder');
    await handle.signal('cancelOrder', 'not an object');
    await handle.signal('cancelOrder', { reason: 42 });
    await handle.signal('holdOrder', { reason: 'x', type: 'no_such_type' });
    await handle.signal('releaseOrder', { holdId: 'hld_unknown' });
    await handle.signal('carrierReported', { shipmentId: 'shp_other', status: 'delivered' });
    await handle.signal('carrierReported', null);
    await handle.signal('payOrder', [[[]]]);
    await handle.signal('no_such_signal', { a: 1 });
    await world.untilTold(orderId, 'request.refused');
    const after = await hold(orderId, 'h-after');
    expect(after.holds).toHaveLength(1);
    const refused = (await world.timeline(orderId)).filter((event) => event.type === 'request.refused');
    expect(refused.map((event) => event.data['message']).sort()).toEqual([
      'cancelOrder',
      'cancelOrder',
      'cancelOrder',
      'carrierReported',
      'carrierReported',
      'holdOrder',
      'no_such_signal',
      'payOrder',
      'releaseOrder',
    ]);
    await release(orderId, { requestId: 'r' });
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
  });

  test('refuse an update with a bad payload, with the reason, and leave no trace in the history', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await expect(
      world.handle(orderId).executeUpdate('holdOrder', { args: [{ type: 'operator' }] }),
    ).rejects.toMatchObject({
      cause: { type: 'invalid_request', message: expect.stringContaining('reason is needed') },
    });
    await expect(world.handle(orderId).executeUpdate('cancelOrder', { args: [7] })).rejects.toMatchObject({
      cause: { type: 'invalid_request' },
    });
    await expect(world.handle(orderId).executeUpdate('releaseOrder', { args: [{}] })).rejects.toMatchObject({
      cause: { type: 'illegal_transition', message: expect.stringContaining('no open hold') },
    });
    const history = await world.handle(orderId).fetchHistory();
    expect(history.events?.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toBe(false);
  });

  test('fail a workflow that was started by hand without an order, and say why', async () => {
    const handle = await world.temporal.client.workflow.start('processOrder', {
      workflowId: `by-hand-${Date.now()}`,
      taskQueue: world.taskQueue,
      args: [],
    });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('submitted through the API') },
    });
  });
});
