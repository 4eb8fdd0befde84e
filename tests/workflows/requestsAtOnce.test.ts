import { resolve } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { MAX_OPEN_HOLDS } from '../../domain/orders/actions';
import { bundleWorkflows } from '../../worker/bundleWorkflows';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

/**
 * Requests that come while no worker lives all reach the order in its first task, together with its own first step. What
 * it does then has to come out the same when another worker replays it, or the order stands still for ever.
 */
let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const replay = async (orderId: string): Promise<void> => {
  const codePath = await bundleWorkflows(resolve(__dirname, '../../.oms/bundles'));
  const history = await world.handle(orderId).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, historyFromJSON(JSON.parse(historyToJSON(history))));
};

test('an order that was asked to be cancelled before its first task is cancelled, and whoever asked gets the answer', async () => {
  const orderId = await world.place();
  const asked = world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'at once', requestId: 'c' }] });
  const paid = world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId: 't', requestId: 'p' }] });
  paid.catch(() => undefined);
  const worker = await world.startWorker();
  expect(await asked).toMatchObject({ status: 'cancelled' });
  await expect(paid).rejects.toMatchObject({ cause: { type: 'illegal_transition' } });
  expect(await world.effects(orderId)).toEqual([]);
  await replay(orderId);
  await worker.stop();
});

test('an order that gets hundreds of holds at once takes as many as are allowed, and lives', async () => {
  const orderId = await world.place();
  for (let sent = 0; sent < 300; sent += 50) {
    const signals = Array.from({ length: 50 }, (_, index) =>
      world.handle(orderId).signal('holdOrder', { reason: `hold ${sent + index}`, requestId: `${sent + index}` }),
    );
    await Promise.all(signals);
  }
  const worker = await world.startWorker();
  await world.untilTold(orderId, 'hold.placed');
  const asked = world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'enough', requestId: 'c' }] });
  expect(await asked).toMatchObject({ status: 'cancelled' });
  const placed = (await world.timeline(orderId)).filter(({ type }) => type === 'hold.placed');
  expect(placed).toHaveLength(MAX_OPEN_HOLDS);
  expect((await world.handle(orderId).describe()).status.name).toBe('COMPLETED');
  await replay(orderId);
  await worker.stop();
});

test('orders that were asked for several things at once can be replayed by the next worker', async () => {
  const orders = await Promise.all(Array.from({ length: 8 }, () => world.place()));
  const updates = orders.flatMap((orderId, index) => {
    const ask = (name: string, input: object) => world.handle(orderId).executeUpdate(name, { args: [input] });
    return [
      ask('holdOrder', { reason: 'check the address', requestId: `hold-${index}` }),
      ...(index % 2 === 0 ? [ask('holdOrder', { reason: 'and the card', requestId: `again-${index}` })] : []),
    ];
  });
  await Promise.all(orders.map((orderId) => world.handle(orderId).signal('holdOrder', { reason: 'and by signal' })));
  await world.startWorker();
  await Promise.all(updates);
  await Promise.all(orders.map((orderId) => world.untilTold(orderId, 'order.confirmed')));
  for (const orderId of orders) await replay(orderId);

  for (const orderId of orders) {
    await world
      .handle(orderId)
      .executeUpdate('cancelOrder', { args: [{ reason: 'enough', requestId: `c-${orderId}` }] });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
    await replay(orderId);
  }
});
