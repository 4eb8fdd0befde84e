import { ApplicationFailure } from '@temporalio/common';
import { createShipmentActivities } from '../../activities/shipments';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

/** Cancellations that the carrier refuses, at moments when the booking has not come to its end. The order then goes on by itself. */
let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

type Book = ReturnType<typeof createShipmentActivities>['bookShipment'];

/** Books for real, and has the first try fail after the carrier has taken the parcel. */
function failOnce(failure: () => Promise<Error>): Book {
  const real = createShipmentActivities(world.dependencies);
  let failed = false;
  return async (input) => {
    const booked = await real.bookShipment(input);
    if (failed) return booked;
    failed = true;
    const { rows } = await world.database.raw<{ rows: [{ reference: string }] }>(
      'SELECT reference FROM shipments WHERE order_id = ?',
      [input.orderId],
    );
    await world.control(`carrier/shipments/${rows[0].reference}/advance`, {});
    throw await failure();
  };
}

const cancel = (orderId: string) =>
  world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'customer asked' }] });
const told = async (orderId: string, type: string) =>
  (await world.timeline(orderId)).filter((event) => event.type === type).length;

async function expectCompletion(orderId: string): Promise<void> {
  await world.report(orderId, 'picked_up', 'delivered');
  expect(await world.result(orderId)).toMatchObject({ status: 'completed', attention: null });
  expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
}

test('an order whose booking failed while it was being called off needs nobody, and completes', async () => {
  let fail: () => void = () => undefined;
  const calledOff = new Promise<void>((resolve) => (fail = resolve));
  const bookShipment = failOnce(async () => (await calledOff, new Error('the connection broke')));
  const worker = await world.startWorker({ activities: { bookShipment } });
  const orderId = await world.place();
  await world.untilTold(orderId, 'shipment.booked');
  const answer = cancel(orderId).catch((error: unknown) => error);
  await untilCancelRequested(orderId);
  fail();
  expect(await answer).toMatchObject({ cause: { message: expect.stringContaining('will not give the parcel back') } });
  await expectCompletion(orderId);
  expect(await told(orderId, 'attention.raised')).toBe(0);
  await worker.stop();
});

test('an order whose booking waits for a person goes on after a refused cancellation, and shows no more that it needs one', async () => {
  const refused = ApplicationFailure.nonRetryable('the address is unknown', 'provider_rejected');
  const worker = await world.startWorker({ activities: { bookShipment: failOnce(async () => refused) } });
  const orderId = await world.place();
  await world.until(orderId, 'needs_attention');
  await expect(cancel(orderId)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('will not give the parcel back') },
  });
  await expectCompletion(orderId);
  expect(await told(orderId, 'attention.raised')).toBe(1);
  await worker.stop();
});

async function untilCancelRequested(orderId: string): Promise<void> {
  for (;;) {
    const { events } = await world.handle(orderId).fetchHistory();
    if (events?.some((event) => event.activityTaskCancelRequestedEventAttributes)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
