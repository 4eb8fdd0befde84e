import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { faultsOf, verifyWorld } from './mixedOrders';
import { openTamper, type Tamper } from './tamper';

let world: OrderWorld;
let tamper: Tamper;
let answerGateway = (): void => undefined;

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  const { gateway } = world.dependencies;
  const open = new Promise<void>((resolve) => void (answerGateway = resolve));
  Object.assign(world.dependencies, {
    gateway: {
      ...gateway,
      authorise: async (request: Parameters<typeof gateway.authorise>[0]) => {
        await open;
        return gateway.authorise(request);
      },
    },
  });
  await world.startWorker();
  await world.stock('SHIRT', 10);
  tamper = await openTamper(world.databaseUrl);
}, 60_000);
afterAll(async () => {
  answerGateway();
  await tamper?.close();
  await world?.close();
});

/** What a step leaves when Temporal dies between its commit and its answer: until it is tried again, nobody told the workflow. */
const runAhead = (orderId: string) => tamper.run('UPDATE orders SET version = version + 1 WHERE id = $1', [orderId]);

test('a record that is ahead of its workflow is no breach while a step is under way, and is one when none is', async () => {
  const orderId = await world.place();
  await world.untilTold(orderId, 'stock.reserved');
  await runAhead(orderId);
  expect(faultsOf(await verifyWorld(world, { only: ['projection'] }))).toEqual({});

  await tamper.run('UPDATE orders SET version = version - 2 WHERE id = $1', [orderId]);
  const behind = await verifyWorld(world, { only: ['projection'] });
  expect(behind.results[0]?.breaches).toMatchObject([{ id: orderId, what: expect.stringMatching(/version/) }]);
  await tamper.run('UPDATE orders SET version = version + 1 WHERE id = $1', [orderId]);

  answerGateway();
  await world.untilTold(orderId, 'shipment.booked');
  expect(faultsOf(await verifyWorld(world, { only: ['projection'] }))).toEqual({});
  await runAhead(orderId);
  const ahead = await verifyWorld(world, { only: ['projection'] });
  expect(ahead.results[0]?.breaches).toMatchObject([{ id: orderId, what: expect.stringMatching(/version/) }]);
});
