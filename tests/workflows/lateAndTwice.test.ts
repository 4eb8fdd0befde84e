import { createShipmentActivities } from '../../activities/shipments';
import { createSandboxCarrier } from '../../providers/carriers/sandboxCarrier';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

/** Requests that come twice, answers that come late, and a cancellation that comes in the middle of a step. */
let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const ask = (orderId: string, door: string, body: object) =>
  world.handle(orderId).executeUpdate(door, { args: [body] });

test('a means of payment that is given twice under one request id is tried once', async () => {
  const worker = await world.startWorker();
  const orderId = await world.place({ token: 'tok_declined' });
  // On record a moment before the workflow has heard of it.
  while ((await world.snapshot(orderId)).status !== 'awaiting_payment') await pause(10);
  await world.database.raw(
    `INSERT INTO payment_tokens (id, order_id, method, token) VALUES ('tok-twice', ?, 'card', 'tok_declined')`,
    [orderId],
  );
  const pay = () => ask(orderId, 'payOrder', { tokenId: 'tok-twice', requestId: 'p' });
  const [first, second] = await Promise.all([pay(), pay()]);
  expect(second).toEqual(first);
  expect(await pay()).toEqual(first);
  const declined = (await world.timeline(orderId)).filter(({ type }) => type === 'payment.declined');
  expect(declined).toHaveLength(2);
  await worker.stop();
});

test('an order that is cancelled while the gateway still thinks about its payment waits for the answer, and voids it', async () => {
  const worker = await world.startWorker();
  await world.control('faults', { provider: 'payments', mode: 'slow', delayMs: 1_000, times: 1 });
  const orderId = await world.place();
  const isAsked = async () => {
    const { rows } = await world.database.raw<{ rows: unknown[] }>('SELECT 1 FROM payment_events WHERE order_id = ?', [
      orderId,
    ]);
    return rows.length > 0;
  };
  while (!(await isAsked())) await pause(10);
  expect(await ask(orderId, 'cancelOrder', { reason: 'customer asked' })).toMatchObject({ paymentStatus: 'voided' });
  expect(await world.effects(orderId)).toEqual(['authorise', 'void']);
  await worker.stop();
});

test.each([
  ['is late with its answer', { mode: 'stalled', delayMs: 1_000 }],
  ['books, and its answer is lost', { mode: 'lost' }],
])('an order that is cancelled while the carrier %s has its parcel called off', async (_how, fault) => {
  const worker = await world.startWorker();
  await world.control('faults', { provider: 'carrier', times: 1, ...fault });
  const orderId = await world.place();
  await world.untilTold(orderId, 'order.confirmed');
  while (!(await world.effects(orderId)).includes('book_shipment')) await pause(10);
  expect(await ask(orderId, 'cancelOrder', { reason: 'customer asked' })).toMatchObject({ status: 'cancelled' });
  expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
  await worker.stop();
});

test('the answer of a step that came back late does not make an order forget the hold that was placed meanwhile', async () => {
  const { url } = world.sandbox;
  const [key = '', webhookSecret = ''] = [world.env['CARRIER_KEY'], world.env['CARRIER_WEBHOOK_SECRET']];
  const carrier = createSandboxCarrier({ url, key, webhookSecret });
  const real = createShipmentActivities({ database: world.database, carrier });
  let letGo: () => void = () => undefined;
  const kept = new Promise<void>((resolve) => (letGo = resolve));
  const bookShipment: typeof real.bookShipment = async (input) => {
    const booked = await real.bookShipment(input);
    await kept;
    return booked;
  };
  const worker = await world.startWorker({ activities: { bookShipment } });
  const orderId = await world.place();
  await world.untilTold(orderId, 'shipment.booked');
  await ask(orderId, 'holdOrder', { reason: 'check', type: 'payment' });
  letGo();
  const isBack = async () => {
    const { events } = await world.handle(orderId).fetchHistory();
    return (events ?? []).filter((event) => event.activityTaskCompletedEventAttributes).length === 2;
  };
  while (!(await isBack())) await pause(20);
  expect(await world.snapshot(orderId)).toMatchObject({
    status: 'on_hold',
    allowedActions: expect.arrayContaining(['release']),
  });
  expect(await ask(orderId, 'releaseOrder', {})).toMatchObject({ status: 'ready_to_ship' });
  await worker.stop();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
