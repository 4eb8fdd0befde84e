import type { RunningWorker } from '../../worker/startWorker';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startRealWorker } from '../support/realWorker';

let world: OrderWorld;
const workers: RunningWorker[] = [];

beforeAll(async () => {
  world = await createOrderWorld({
    worker: false,
    settings: (taskQueue) => ({
      PAYMENT_TASK_QUEUE: `${taskQueue}-payment`,
      CARRIER_TASK_QUEUE: `${taskQueue}-carrier`,
    }),
  });
  await world.stock('SHIRT', 1000);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});
afterAll(() => world.close());

const serve = async (settings: Record<string, string> = {}) => {
  const worker = await startRealWorker(world, settings);
  workers.push(worker);
  return worker;
};

/** The queue that each call to a provider was put on, by the name of the activity. */
async function queuesOf(orderId: string): Promise<Record<string, string>> {
  const { events } = await world.handle(orderId).fetchHistory();
  const scheduled = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  return Object.fromEntries(
    scheduled.map(({ activityType, taskQueue }) => [activityType?.name ?? '', taskQueue?.name ?? '']),
  );
}

describe('with a queue of its own for each provider', () => {
  test('an order goes from submission to delivery over three queues', async () => {
    const worker = await serve();
    expect(worker.isRunning()).toBe(true);
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await queuesOf(orderId)).toEqual({
      authorisePayment: `${world.taskQueue}-payment`,
      capturePayment: `${world.taskQueue}-payment`,
      bookShipment: `${world.taskQueue}-carrier`,
    });
  });

  test('what gives back is on the same queues', async () => {
    await serve();
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'customer_asked' }] });
    expect(await queuesOf(orderId)).toMatchObject({
      cancelShipment: `${world.taskQueue}-carrier`,
      voidPayment: `${world.taskQueue}-payment`,
    });
  });

  test('a process may serve some of them alone, and an order waits where nobody does', async () => {
    await serve({ WORKER_QUEUES: 'orders' });
    const orderId = await world.place();
    await world.untilTold(orderId, 'stock.reserved');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await world.effects(orderId)).toEqual([]);
    await serve({ WORKER_QUEUES: 'payment' });
    await world.untilTold(orderId, 'order.confirmed');
    expect(await world.effects(orderId)).toEqual(['authorise']);
    await serve({ WORKER_QUEUES: 'carrier' });
    await world.untilTold(orderId, 'shipment.booked');
  });

  test('an order that began before there were any goes on where it was', async () => {
    const alone = { PAYMENT_TASK_QUEUE: '', CARRIER_TASK_QUEUE: '' };
    const before = await createOrderWorld({ settings: () => alone });
    await before.stock('SHIRT', 10);
    const orderId = await before.place();
    await before.untilTold(orderId, 'shipment.booked');
    const after = await startRealWorker(before, { PAYMENT_TASK_QUEUE: `${before.taskQueue}-payment` });
    await before.report(orderId, 'picked_up', 'delivered');
    expect(await before.result(orderId)).toMatchObject({ status: 'completed' });
    await after.stop();
    await before.close();
  });
});
