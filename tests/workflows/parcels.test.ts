import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createShipmentActivities } from '../../activities/shipments';
import { createSweepActivities } from '../../activities/sweeps';
import { shipmentId } from '../../domain/ids';
import { offerStock } from '../../worker/loops/offerStock';
import { createReservation, readReservation } from '../../db/inventory/reservations';
import { findMoneyFaults } from '../../db/verify/findMoneyFaults';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { newId } from '../../runtime/newId';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
/** Orders whose bookings are refused, and how many were. */
let broken = new Map<string, number>();
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  const real = createShipmentActivities(world.dependencies);
  await world.startWorker({
    activities: {
      bookShipment: async (input) => {
        const refused = broken.get(input.orderId);
        if (refused !== undefined) {
          broken.set(input.orderId, refused + 1);
          throw ApplicationFailure.nonRetryable('the address is unknown', 'provider_rejected');
        }
        return real.bookShipment(input);
      },
    },
  });
  await world.stock('EAST', 500, 'loc-1');
  await world.stock('WEST', 500, 'loc-2');
});
afterAll(() => world.close());
afterEach(async () => {
  broken = new Map();
  expect((await findMoneyFaults(world.database)).found).toEqual([]);
  expect((await findReservationDrift(world.database)).found).toEqual([]);
  expect((await findOrdersOffLedger(world.database)).found).toEqual([]);
});

const line = (sku: string, quantity = 1) => ({ sku, quantity, unitPrice: 1000 });
const told = async (orderId: string, type: string) =>
  (await world.timeline(orderId)).filter((event) => event.type === type);
const untilTimes = async (orderId: string, type: string, times: number) => {
  while ((await told(orderId, type)).length < times) await new Promise((resolve) => setTimeout(resolve, 25));
};
const send = (orderId: string, update: string, payload: object) =>
  world.handle(orderId).executeUpdate(update, { args: [payload] });
const offer = () => offerStock({ database: world.database, client: world.temporal.client });
const receive = async (sku: string, units: number, location = 'loc-1') => {
  await world.database.raw(
    `WITH moved AS (INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
       VALUES (:sku, :location, :units, 0, 'received', 'test'))
     UPDATE stock_levels SET on_hand = on_hand + :units, updated_at = now() WHERE sku = :sku AND location = :location`,
    { sku, units, location },
  );
  await world.database.raw(`UPDATE backorders SET offered_at = NULL WHERE sku = ?`, [sku]);
};
const scarce = async (sku: string, onHand: number, shortage: string) => {
  await world.stock(sku, onHand);
  await world.database.raw('UPDATE items SET shortage = ? WHERE sku = ?', [shortage, sku]);
};
const captured = async (orderId: string) =>
  (await world.ledger(orderId)).filter(({ effect }) => effect === 'capture').map(({ amount }) => amount);

describe('an order from two locations', () => {
  const place = async () => {
    const orderId = await world.place({ lines: [line('EAST'), line('WEST', 2)], shippingPrice: 0 });
    await untilTimes(orderId, 'shipment.booked', 2);
    return orderId;
  };

  test('leaves in two parcels, each on its own, and is paid once the last has left', async () => {
    const orderId = await place();
    await world.reportParcel(orderId, 2, 'picked_up', 'delivered');
    await world.untilTold(orderId, 'shipment.delivered');
    expect(await world.status(orderId)).toBe('partly_shipped');
    expect(await captured(orderId)).toEqual([]);
    await world.reportParcel(orderId, 1, 'picked_up');
    await world.untilTold(orderId, 'payment.captured');
    expect(await world.snapshot(orderId)).toMatchObject({ status: 'shipped', fulfilmentStatus: 'partly_delivered' });
    await world.reportParcel(orderId, 1, 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', fulfilmentStatus: 'delivered' });
    expect(await captured(orderId)).toEqual([3000]);
    const { rows } = await world.database.raw<{ rows: object[] }>(
      "SELECT location, lines::jsonb #- '{0,lineId}' AS lines FROM shipments WHERE order_id = ? ORDER BY number",
      [orderId],
    );
    expect(rows).toEqual([
      { location: 'loc-1', lines: [{ sku: 'EAST', quantity: 1 }] },
      { location: 'loc-2', lines: [{ sku: 'WEST', quantity: 2 }] },
    ]);
  });

  test('is cancelled with both parcels', async () => {
    const orderId = await place();
    await send(orderId, 'cancelOrder', { reason: 'customer asked' });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
    expect((await world.effects(orderId)).sort()).toEqual(
      ['authorise', 'book_shipment', 'book_shipment', 'cancel_shipment', 'cancel_shipment', 'void'].sort(),
    );
  });

  test('of which the carrier keeps one goes on: the other, called off already, is booked anew, and all arrives', async () => {
    const orderId = await place();
    const { rows } = await world.database.raw<{ rows: { reference: string }[] }>(
      'SELECT reference FROM shipments WHERE order_id = ? AND number = 1',
      [orderId],
    );
    await world.control(`carrier/shipments/${rows[0]?.reference}/advance`, {});
    await expect(send(orderId, 'cancelOrder', { reason: 'customer asked' })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('will not give the parcel back') },
    });
    await untilTimes(orderId, 'shipment.booked', 3);
    expect(await world.snapshot(orderId)).toMatchObject({ status: 'ready_to_ship', attention: null });
    await world.reportParcel(orderId, 1, 'picked_up', 'delivered');
    await world.reportParcel(orderId, 3, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await captured(orderId)).toEqual([3000]);
  });

  test('with two bookings that fail shows one matter at a time, and goes on after each is decided', async () => {
    const placed = await world.place({ lines: [line('EAST'), line('WEST')], token: 'tok_slow', shippingPrice: 0 });
    broken.set(placed, 0);
    await world.until(placed, 'needs_attention');
    while ((broken.get(placed) ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await told(placed, 'attention.raised')).toHaveLength(1);
    broken.delete(placed);
    await send(placed, 'resolveAttention', { resolution: 'retry', requestId: 'first' });
    await untilTimes(placed, 'attention.raised', 2);
    await send(placed, 'resolveAttention', { resolution: 'retry', requestId: 'second' });
    await untilTimes(placed, 'shipment.booked', 2);
    for (const number of [1, 2]) await world.reportParcel(placed, number, 'picked_up', 'delivered');
    expect(await world.result(placed)).toMatchObject({ status: 'completed', attention: null });
  });

  test('whose workflow is lost between two parcels goes on where it was', async () => {
    const orderId = await place();
    await world.reportParcel(orderId, 1, 'picked_up');
    await world.untilTold(orderId, 'shipment.picked_up');
    await world.handle(orderId).terminate('by mistake');
    const sweeps = createSweepActivities({ ...world.dependencies, quietMs: 0 });
    for (;;) {
      const report = await new MockActivityEnvironment().run<[], { held: number }, () => Promise<{ held: number }>>(
        () => sweeps.sweepOrders(),
      );
      if (report.held > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await world.untilHeld(orderId);
    await send(orderId, 'releaseOrder', {});
    await world.reportParcel(orderId, 2, 'picked_up', 'delivered');
    await world.reportParcel(orderId, 1, 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await captured(orderId)).toEqual([3000]);
  });

  test('takes no report about a parcel that it does not have for more than a note', async () => {
    const orderId = await place();
    await world.handle(orderId).signal('carrierReported', {
      shipmentId: shipmentId(orderId, 7),
      ...{ status: 'picked_up', eventId: 'x' },
    });
    await send(orderId, 'cancelOrder', { reason: 'customer asked' });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
  });
});

describe('an order for more than there is', () => {
  test('waits, and is shipped whole when the rest has come', async () => {
    await scarce('MUG', 2, 'backorder');
    const orderId = await world.place({ lines: [line('MUG', 5)] });
    await world.untilTold(orderId, 'order.confirmed');
    expect(await world.snapshot(orderId)).toMatchObject({
      ...{ status: 'awaiting_stock', paymentStatus: 'authorized', backordered: 3 },
      waitingFor: { what: 'stock' },
      allowedActions: ['cancel', 'hold', 'decide_backorder', 'set_priority'],
    });
    await receive('MUG', 2);
    expect(await offer()).toEqual({ more: false, done: 1 });
    await untilTimes(orderId, 'stock.reserved', 2);
    expect(await told(orderId, 'shipment.booked')).toEqual([]);
    await receive('MUG', 4);
    await offer();
    await untilTimes(orderId, 'shipment.booked', 3);
    for (const number of [1, 2, 3]) await world.reportParcel(orderId, number, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
  });

  test('is shipped in part where its item allows, and closed only when the rest has arrived', async () => {
    await scarce('CUP', 2, 'partial');
    const orderId = await world.place({ lines: [line('CUP', 3)], shippingPrice: 0 });
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    await world.untilTold(orderId, 'shipment.delivered');
    expect(await world.snapshot(orderId)).toMatchObject({ status: 'partly_shipped', backordered: 1 });
    expect(await captured(orderId)).toEqual([]);
    await receive('CUP', 1);
    await offer();
    await untilTimes(orderId, 'shipment.booked', 2);
    await world.reportParcel(orderId, 2, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await captured(orderId)).toEqual([3000]);
  });

  test('without what is missing, if its customer wants it so, is charged for what was sent alone', async () => {
    await scarce('BOWL', 2, 'backorder');
    const orderId = await world.place({ lines: [line('BOWL', 3)], shippingPrice: 500 });
    await world.untilTold(orderId, 'order.confirmed');
    await send(orderId, 'decideBackorder', { choice: 'cancel_missing', requestId: 'x' });
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await captured(orderId)).toEqual([2500]);
  });

  test('of which nothing is there is not called off in part', async () => {
    await scarce('PLATE', 0, 'backorder');
    const orderId = await world.place({ lines: [line('PLATE', 3)] });
    await world.untilTold(orderId, 'order.confirmed');
    await expect(send(orderId, 'decideBackorder', { choice: 'cancel_missing' })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('cancel the order instead') },
    });
    await expect(send(orderId, 'decideBackorder', { choice: 'perhaps' })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('wait, ship_available, cancel_missing') },
    });
    await send(orderId, 'cancelOrder', { reason: 'customer asked' });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
    expect((await world.effects(orderId)).sort()).toEqual(['authorise', 'void']);
  });
});

describe('an order whose missing units do not come in time', () => {
  test('is cancelled whole, where nothing of it may go without them', async () => {
    await scarce('LAMP', 1, 'backorder');
    const orderId = await world.place({ lines: [line('LAMP', 3)] }, { stockWithinMs: 300 });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', statusReason: 'stock_deadline_passed' });
    expect((await world.effects(orderId)).sort()).toEqual(['authorise', 'void']);
  });

  test('does without them, where what is there may go', async () => {
    await scarce('RUG', 1, 'partial');
    const orderId = await world.place({ lines: [line('RUG', 3)], shippingPrice: 0 }, { stockWithinMs: 300 });
    await world.untilTold(orderId, 'backorder.decided');
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await captured(orderId)).toEqual([1000]);
  });
});

test('a promise is made of what is expected, kept as the first one, and told when it moves', async () => {
  await scarce('DESK', 1, 'backorder');
  const expected = async (at: string) => {
    await world.database.raw(
      `INSERT INTO expected_stock (document, line, sku, location, units, expected_at) VALUES ('po_x', 1, 'DESK', 'loc-1', 5, ?)
       ON CONFLICT (document, line, sku, location) DO UPDATE SET expected_at = excluded.expected_at`,
      [at],
    );
  };
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const [first, later] = [day(5), day(9)];
  await expected(first);
  const orderId = await world.place({ lines: [line('DESK', 3)] });
  await world.untilTold(orderId, 'order.confirmed');
  await expected(later);
  await world.handle(orderId).signal('stockArrived');
  await world.untilTold(orderId, 'promise.moved');
  const { rows } = await world.database.raw<{ rows: [{ first: Date; now: Date }] }>(
    'SELECT first_promised_at AS first, promised_at AS now FROM order_lines WHERE order_id = ?',
    [orderId],
  );
  expect([rows[0].first.toISOString(), rows[0].now.toISOString()]).toEqual([first, later]);
  const mails = await world.database.raw<{ rows: { name: string }[] }>(
    'SELECT name FROM notifications WHERE order_id = ? ORDER BY created_at',
    [orderId],
  );
  expect(mails.rows.map(({ name }) => name)).toEqual(['order_backordered', 'order_confirmed', 'promise_moved']);
  await send(orderId, 'cancelOrder', { reason: 'customer asked' });
});

test('a reservation ends by Temporal when its time is over, and not before if it was extended', async () => {
  await world.stock('VASE', 4);
  const { id } = await createReservation(world.database, {
    ...{ id: newId('rsv'), channel: 'web', owner: 'cart', country: null, minutes: 1, actor: 'test' },
    lines: [{ sku: 'VASE', quantity: 4 }],
  });
  const endsIn = (seconds: number) =>
    world.database.raw(`UPDATE reservations SET expires_at = now() + ? * interval '1 second' WHERE id = ?`, [
      seconds,
      id,
    ]);
  await endsIn(2);
  const handle = await world.temporal.client.workflow.start('expireReservation', {
    ...{ workflowId: id, taskQueue: world.taskQueue, args: [{ reservationId: id }] },
  });
  await endsIn(3);
  await handle.result();
  expect(await readReservation(world.database, id, null)).toMatchObject({ state: 'expired' });
  const { rows } = await world.database.raw<{ rows: object[] }>(`SELECT reserved FROM stock_levels WHERE sku = 'VASE'`);
  expect(rows).toEqual([{ reserved: 0 }]);
});
