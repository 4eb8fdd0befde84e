import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 100);
  await world.stock('RARE', 1);
});
afterAll(() => world.close());

const types = async (orderId: string) => (await world.timeline(orderId)).map((event) => event.type);

describe('the life of an order', () => {
  test('goes from received to completed, each step on the timeline and each effect once', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up');
    await world.untilTold(orderId, 'payment.captured');
    await world.report(orderId, 'delivered');
    const end = await world.result(orderId);

    expect(end).toMatchObject({
      status: 'completed',
      paymentStatus: 'paid',
      fulfilmentStatus: 'delivered',
      waitingFor: null,
    });
    expect(await types(orderId)).toEqual([
      'order.received',
      'stock.reserved',
      'payment.authorised',
      'order.confirmed',
      'shipment.booked',
      'shipment.picked_up',
      'payment.captured',
      'shipment.delivered',
    ]);
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
  });

  test('is rejected with what was short, and nothing stays reserved', async () => {
    const orderId = await world.place({
      lines: [
        { sku: 'SHIRT', quantity: 1, unitPrice: 1999 },
        { sku: 'RARE', quantity: 3, unitPrice: 500 },
      ],
    });
    const end = await world.result(orderId);
    expect(end).toMatchObject({ status: 'rejected', statusReason: 'insufficient_stock: RARE (3 wanted, 1 available)' });
    const { rows } = await world.database.raw<{ rows: [{ reserved: number }] }>(
      `SELECT reserved FROM stock_levels WHERE sku = 'RARE'`,
    );
    expect(rows[0].reserved).toBe(0);
    expect(await world.effects(orderId)).toEqual([]);
  });

  test('asks for another payment after a decline, and goes on when it is good', async () => {
    const orderId = await world.place({ token: 'tok_declined' });
    await world.until(orderId, 'awaiting_payment');
    expect((await world.snapshot(orderId)).waitingFor).toMatchObject({ what: 'customer_payment', owner: 'customer' });
    await world.database.raw(
      `INSERT INTO payment_tokens (id, order_id, method, token) VALUES ('tok-2', ?, 'card', 'tok_ok')`,
      [orderId],
    );
    const after = await world
      .handle(orderId)
      .executeUpdate('payOrder', { args: [{ tokenId: 'tok-2', requestId: 'r1' }] });
    expect(after).toMatchObject({ paymentStatus: 'authorized' });
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
  });

  test('is cancelled when the payment deadline passes, and its stock is free again', async () => {
    const orderId = await world.place(
      { token: 'tok_declined', lines: [{ sku: 'RARE', quantity: 1, unitPrice: 500 }] },
      { paymentDeadlineMs: 300 },
    );
    const end = await world.result(orderId);
    expect(end).toMatchObject({
      status: 'cancelled',
      statusReason: 'payment_deadline_passed',
      fulfilmentStatus: 'unfulfilled',
    });
    const { rows } = await world.database.raw<{ rows: [{ reserved: number }] }>(
      `SELECT reserved FROM stock_levels WHERE sku = 'RARE'`,
    );
    expect(rows[0].reserved).toBe(0);
  });
});
