import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startOwnTemporal } from '../support/ownTemporal';
import { startRealWorker } from '../support/realWorker';
import type { RunningWorker } from '../../worker/startWorker';

const WAITING = 12;
/** In one partition, since each of several keeps an order of its own: on few orders that would be luck. */
const FAIR = {
  'matching.enableFairness': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

let temporal: Awaited<ReturnType<typeof startOwnTemporal>>;
let world: OrderWorld;
let worker: RunningWorker;
const channelOf = new Map<string, string>();
/** The channels whose orders the one slot has authorised, in this order. */
const ran: string[] = [];

beforeAll(async () => {
  temporal = await startOwnTemporal(FAIR);
  world = await createOrderWorld({ worker: false, settings: () => ({ TEMPORAL_ADDRESS: temporal.address }) });
  await world.stock('SHIRT', 1000);
  const { gateway } = world.dependencies;
  const authorise: typeof gateway.authorise = async (request) => {
    ran.push(channelOf.get(request.orderId) ?? 'unknown');
    await new Promise((resolve) => setTimeout(resolve, 200));
    return gateway.authorise(request);
  };
  worker = await startRealWorker(world, { WORKER_MAX_ACTIVITIES: '1' }, { gateway: { ...gateway, authorise } });
});
afterAll(async () => {
  await worker.stop();
  await world.close();
  await temporal.stop();
});

test('a channel with a long queue does not keep the orders of another waiting, on a server with fairness', async () => {
  const place = async (channel: string) => {
    const orderId = await world.place({}, {}, channel);
    channelOf.set(orderId, channel);
    return orderId;
  };
  const many = await Promise.all(Array.from({ length: WAITING }, () => place('web')));
  await Promise.all(many.map((orderId) => world.untilTold(orderId, 'stock.reserved')));
  const few = await Promise.all([place('shop'), place('shop')]);
  await Promise.all([...many, ...few].map((orderId) => world.untilTold(orderId, 'order.confirmed')));
  expect(ran).toHaveLength(WAITING + few.length);
  expect(ran.lastIndexOf('shop')).toBeLessThan(WAITING - 3);
});
