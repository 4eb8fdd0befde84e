import type { RunningWorker } from '../../worker/startWorker';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startRealWorker } from '../support/realWorker';

const PER_SECOND = 5;
const ORDERS = 35;
/** Temporal counts in each partition of the queue for itself, and lets each begin with one more. */
const BURST = 10;

/** Temporal counts when it hands a call out; a busy worker makes it up to this much later, which moves calls together. */
const LATE_MS = 1_000;

let world: OrderWorld;
let worker: RunningWorker;
const authorisedAt: number[] = [];

beforeAll(async () => {
  world = await createOrderWorld({
    worker: false,
    settings: (taskQueue) => ({ PAYMENT_TASK_QUEUE: `${taskQueue}-payment`, PAYMENT_RATE_LIMIT: String(PER_SECOND) }),
  });
  await world.stock('SHIRT', 1000);
  const { gateway } = world.dependencies;
  worker = await startRealWorker(
    world,
    {},
    { gateway: { ...gateway, authorise: (request) => (authorisedAt.push(Date.now()), gateway.authorise(request)) } },
  );
});
afterAll(async () => {
  await worker.stop();
  await world.close();
});

test('a gateway that takes five calls a second gets no more, and nothing else waits for it', async () => {
  const orders = await Promise.all(Array.from({ length: ORDERS }, () => world.place()));
  await Promise.all(orders.map((orderId) => world.untilTold(orderId, 'stock.reserved')));
  const authorisedMeanwhile = authorisedAt.length;
  await Promise.all(orders.map((orderId) => world.untilTold(orderId, 'shipment.booked')));

  expect(authorisedAt).toHaveLength(ORDERS);
  expect(authorisedMeanwhile).toBeLessThan(ORDERS);
  for (const [place, from] of authorisedAt.entries()) {
    for (const [later, to] of authorisedAt.entries()) {
      const calls = later - place + 1;
      if (later > place) expect(calls).toBeLessThanOrEqual(BURST + (PER_SECOND * (to - from + LATE_MS)) / 1000);
    }
  }
});
