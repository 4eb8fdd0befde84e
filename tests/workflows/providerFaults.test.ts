import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());
afterEach(async () => {
  await world.control('faults', { provider: 'payments', mode: 'ok' });
  await world.control('faults', { provider: 'carrier', mode: 'ok' });
});

const finish = async (orderId: string) => {
  await world.untilTold(orderId, 'shipment.booked');
  await world.report(orderId, 'picked_up', 'delivered');
  return world.result(orderId);
};
const pay = async (orderId: string, token = 'tok_ok') => {
  const tokenId = `tok-${orderId}-${token}`;
  await world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', ?)`, [
    tokenId,
    orderId,
    token,
  ]);
  return world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId, requestId: tokenId }] });
};
const resolve = (orderId: string, resolution: 'retry' | 'settled', note = 'seen to') =>
  world
    .handle(orderId)
    .executeUpdate('resolveAttention', { args: [{ resolution, note, requestId: `${resolution}-${note}` }] });
const ONCE = ['authorise', 'book_shipment', 'capture'];

describe('a gateway that fails', () => {
  test.each(['tok_timeout_then_ok', 'tok_error_then_ok', 'tok_slow', 'tok_capture_timeout_then_ok'])(
    'with %s takes the money exactly once, and the order completes',
    async (token) => {
      const orderId = await world.place({ token });
      expect(await finish(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
      expect(await world.effects(orderId)).toEqual(ONCE);
    },
  );

  test('for as long as it is away makes the order wait, and not fail', async () => {
    await world.control('faults', { provider: 'payments', mode: 'error' });
    const orderId = await world.place();
    await world.untilTold(orderId, 'stock.reserved');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await world.status(orderId)).toBe('received');
    await world.control('faults', { provider: 'payments', mode: 'ok' });
    expect(await finish(orderId)).toMatchObject({ status: 'completed' });
    expect(await world.effects(orderId)).toEqual(ONCE);
  });

  test('while the customer cancels is asked what it did, and nothing stays authorised', async () => {
    await world.control('faults', { provider: 'payments', mode: 'error' });
    const orderId = await world.place();
    await world.untilTold(orderId, 'stock.reserved');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const cancelled = world
      .handle(orderId)
      .executeUpdate('cancelOrder', { args: [{ reason: 'impatient', requestId: 'c' }] });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await world.control('faults', { provider: 'payments', mode: 'ok' });
    expect(await cancelled).toMatchObject({ status: 'cancelled' });
    expect(await world.effects(orderId)).toEqual([]);
  });

  test('after it acted unseen, and the order is cancelled: the authorisation is found by look-up and voided', async () => {
    const orderId = await world.place({ token: 'tok_timeout_then_ok' });
    await world.untilTold(orderId, 'stock.reserved');
    while (!(await world.effects(orderId)).includes('authorise'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(
      await world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'changed mind', requestId: 'c' }] }),
    ).toMatchObject({
      status: 'cancelled',
      paymentStatus: 'voided',
    });
    expect(await world.effects(orderId)).toEqual(['authorise', 'void']);
  });
});

describe('a capture that is declined after the goods have left', () => {
  const shipped = async () => {
    const orderId = await world.place({ token: 'tok_capture_declined' });
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.until(orderId, 'needs_attention');
    await world.untilTold(orderId, 'shipment.delivered');
    return orderId;
  };

  test('keeps the order open as work for a person, and completes when the customer pays by other means', async () => {
    const orderId = await shipped();
    expect(await world.snapshot(orderId)).toMatchObject({ allowedActions: expect.arrayContaining(['pay', 'resolve']) });
    await pay(orderId);
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid', attention: null });
    const effects = (await world.ledger(orderId))
      .filter((entry) => entry.provider === 'payments')
      .map((entry) => entry.effect);
    expect(effects).toEqual(['authorise', 'authorise', 'void', 'capture']);
  });

  test('stays open when the other means is declined too, and can be settled by hand', async () => {
    const orderId = await shipped();
    await pay(orderId, 'tok_declined');
    await world.until(orderId, 'needs_attention');
    await resolve(orderId, 'settled', 'paid in cash at the door, receipt 17');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await world.effects(orderId)).not.toContain('capture');
  });
});

describe('a carrier that fails', () => {
  test('for a while delays the booking, which is made once', async () => {
    await world.control('faults', { provider: 'carrier', mode: 'error' });
    const orderId = await world.place();
    await world.untilTold(orderId, 'order.confirmed');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await world.control('faults', { provider: 'carrier', mode: 'ok' });
    expect(await finish(orderId)).toMatchObject({ status: 'completed' });
    expect(await world.effects(orderId)).toEqual(ONCE);
  });

  test('for good shows as work for a person, who has it tried again', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    const refusing = await world.place({
      shippingAddress: {
        name: 'Nobody',
        line1: 'Nowhere 1',
        city: 'Berlin',
        postalCode: '00000',
        country: 'DE',
      },
    });
    await world.until(refusing, 'needs_attention');
    expect((await world.snapshot(refusing)).attention).toContain('Booking the shipment');
    await world.database.raw(
      `UPDATE order_contacts SET shipping_address = shipping_address || '{"postalCode": "10117"}' WHERE order_id = ?`,
      [refusing],
    );
    await resolve(refusing, 'retry');
    expect(await finish(refusing)).toMatchObject({ status: 'completed', attention: null });
  });

  test('for good can be answered by cancelling, which voids the payment', async () => {
    const orderId = await world.place({
      shippingAddress: {
        name: 'Nobody',
        line1: 'Nowhere 1',
        city: 'Berlin',
        postalCode: '00000',
        country: 'DE',
      },
    });
    await world.until(orderId, 'needs_attention');
    await world
      .handle(orderId)
      .executeUpdate('cancelOrder', { args: [{ reason: 'cannot be delivered', requestId: 'c' }] });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'void']);
  });

  test('whose reports come twice, late and in the wrong order is applied once and forward only', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'delivered', 'picked_up', 'delivered', 'picked_up');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    const told = (await world.timeline(orderId)).map((event) => event.type);
    expect(told.filter((type) => type === 'shipment.picked_up')).toHaveLength(1);
    expect(told.filter((type) => type === 'shipment.delivered')).toHaveLength(1);
    expect(await world.effects(orderId)).toEqual(ONCE);
  });
});
