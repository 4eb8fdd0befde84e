import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const reserved = async () => {
  const { rows } = await world.database.raw<{ rows: [{ reserved: number; on_hand: number }] }>(
    `SELECT reserved, on_hand FROM stock_levels WHERE sku = 'SHIRT'`,
  );
  return rows[0];
};
const cancel = (orderId: string, requestId = 'r1') =>
  world
    .handle(orderId)
    .executeUpdate('cancelOrder', { args: [{ reason: 'customer_asked', requestId, actor: 'key:ops' }] });

describe('cancelling an order', () => {
  test('before the payment is authorised releases the stock and touches no money', async () => {
    const before = await reserved();
    const orderId = await world.place({ token: 'tok_declined' });
    await world.until(orderId, 'awaiting_payment');
    expect(await cancel(orderId)).toMatchObject({
      status: 'cancelled',
      statusReason: 'customer_asked',
      waitingFor: null,
    });
    expect(await world.effects(orderId)).toEqual([]);
    expect(await reserved()).toEqual(before);
  });

  test('after booking cancels the shipment, then voids, then releases the stock', async () => {
    const before = await reserved();
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    expect(await cancel(orderId)).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
    expect(await reserved()).toEqual(before);
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
  });

  test('on a held order that is not booked yet voids the payment and books nothing', async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    await world.handle(orderId).executeUpdate('holdOrder', { args: [{ reason: 'check', requestId: 'h1' }] });
    await world.untilTold(orderId, 'order.confirmed');
    expect(await world.status(orderId)).toBe('on_hold');
    await cancel(orderId);
    expect(await world.effects(orderId)).toEqual(['authorise', 'void']);
  });

  test('while the authorisation is under way waits for its fate and voids it', async () => {
    const orderId = await world.place({ token: 'tok_slow' });
    await world.untilTold(orderId, 'stock.reserved');
    expect(await cancel(orderId)).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'void']);
  });

  test('is refused once the carrier has the parcel, and the order goes on', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up');
    await world.until(orderId, 'shipped');
    await expect(cancel(orderId)).rejects.toMatchObject({
      cause: { type: 'illegal_transition', message: expect.stringContaining('already taken the parcel') },
    });
    await world.report(orderId, 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
  });

  test('is refused when the carrier has taken the parcel and its report is still on the way, and the order goes on', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    const { rows } = await world.database.raw<{ rows: [{ reference: string }] }>(
      'SELECT reference FROM shipments WHERE order_id = ?',
      [orderId],
    );
    await world.control(`carrier/shipments/${rows[0].reference}/advance`, {});
    await expect(cancel(orderId)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('will not give the parcel back') },
    });
    expect(await world.status(orderId)).toBe('ready_to_ship');
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
  });

  test('asked for twice with one request id is done once and answered alike', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    const [first, second] = await Promise.all([cancel(orderId, 'same'), cancel(orderId, 'same')]);
    expect(second).toEqual(first);
    expect((await world.timeline(orderId)).filter((event) => event.type === 'order.cancelled')).toHaveLength(1);
  });

  test('by "Request cancellation" of the Temporal UI is an ordinary cancellation', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.handle(orderId).cancel();
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', statusReason: 'cancelled in Temporal' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
  });

  test('that cannot void shows as work for a person, stays open, and ends when the gateway is back', async () => {
    const orderId = await world.place({ token: 'tok_void_error' }, { settleWithinMs: 300 });
    await world.untilTold(orderId, 'shipment.booked');
    const answer = cancel(orderId);
    await world.until(orderId, 'needs_attention');
    expect((await world.snapshot(orderId)).allowedActions).toContain('resolve');
    await world.control('faults', { provider: 'payments', mode: 'ok' });
    expect(await answer).toMatchObject({ status: 'cancelled', attention: null });
    expect(await world.effects(orderId)).toContain('void');
  });

  test('that cannot void can be settled by hand, with the note as evidence', async () => {
    const orderId = await world.place({ token: 'tok_void_error' }, { settleWithinMs: 300 });
    await world.untilTold(orderId, 'shipment.booked');
    const answer = cancel(orderId);
    await world.until(orderId, 'needs_attention');
    await world.handle(orderId).executeUpdate('resolveAttention', {
      args: [{ resolution: 'settled', note: 'voided by phone, ticket 4711', requestId: 's1' }],
    });
    expect(await answer).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
    const settled = (await world.timeline(orderId)).find((event) => event.type === 'payment.settled_by_hand');
    expect(settled?.data).toMatchObject({ effect: 'void', note: 'voided by phone, ticket 4711' });
  });
});
