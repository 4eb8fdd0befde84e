import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { createSweepActivities } from '../../activities/sweeps';
import { createOrderEngine } from '../../worker/createOrderEngine';
import { startPendingOrders } from '../../worker/loops/startPendingOrders';
import { startOrder } from '../../runtime/startOrder';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());

const sweep = async () => {
  const handle = await world.temporal.client.workflow.start('sweepOrders', {
    workflowId: `sweep-${Date.now()}`,
    taskQueue: world.taskQueue,
  });
  return handle.result() as Promise<{ started: number; restarted: number; held: number }>;
};
/** The index of the server lags a little: it has to have noticed before the sweeper can. */
const untilIndexed = async (orderId: string, status: string) => {
  for (;;) {
    const { count } = await world.temporal.client.workflow.count(
      `WorkflowId = '${orderId}' AND ExecutionStatus = '${status}'`,
    );
    if (count > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('an order whose workflow is not there', () => {
  test('since Temporal was away when it was accepted is started by the relay, once', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.database.raw(
      `UPDATE orders SET workflow_started_at = NULL, created_at = now() - interval '1 minute' WHERE id = ?`,
      [orderId],
    );
    await startPendingOrders({
      database: world.database,
      start: (order) => startOrder(world.temporal, order, { taskQueue: world.taskQueue, deadlineMs: 5_000 }),
    });
    const { rows } = await world.database.raw<{ rows: [{ started: boolean }] }>(
      'SELECT workflow_started_at IS NOT NULL AS started FROM orders WHERE id = ?',
      [orderId],
    );
    expect(rows[0].started).toBe(true);
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment']);
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
  });

  test('since somebody terminated it is taken up by the sweeper where it was, on hold until a person has looked', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.handle(orderId).terminate('by mistake');
    await untilIndexed(orderId, 'Terminated');
    expect((await sweep()).held).toBe(1);
    await world.untilHeld(orderId);
    expect(await world.timeline(orderId)).toContainEqual(
      expect.objectContaining({ type: 'workflow.lost', data: expect.objectContaining({ how: 'terminated' }) }),
    );
    await world.handle(orderId).executeUpdate('releaseOrder', { args: [{ requestId: 'r' }] });
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
  });

  test('since somebody terminated it can be cancelled after the sweep, and nothing stays booked, authorised or reserved', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.handle(orderId).terminate();
    await untilIndexed(orderId, 'Terminated');
    await sweep();
    await world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'it was meant so', requestId: 'c' }] });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
  });

  test('and whose parcel moved meanwhile finds the reports in the inbox and completes', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await world.handle(orderId).terminate();
    await expect(world.report(orderId, 'picked_up')).rejects.toThrow();
    await untilIndexed(orderId, 'Terminated');
    await sweep();
    await world.untilHeld(orderId);
    await world.untilTold(orderId, 'shipment.picked_up');
    await world.handle(orderId).executeUpdate('releaseOrder', { args: [{ requestId: 'r' }] });
    await world.report(orderId, 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
  });

  test('is left alone by the sweeper while it is young or its workflow runs', async () => {
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    const engine = createOrderEngine(world.temporal, world.taskQueue);
    const started: string[] = [];
    const activities = createSweepActivities({
      database: world.database,
      engine: {
        ...engine,
        listRunning: async () => new Set(),
        start: async (order) => void started.push(order.orderId),
      },
      quietMs: 0,
    });
    // Not even an index that knows of nothing makes it start a second run: each workflow is looked at before.
    const { MockActivityEnvironment } = await import('@temporalio/testing');
    await new MockActivityEnvironment().run(() => activities.sweepOrders());
    expect(started).toEqual([]);
  });
});

describe('a worker that dies', () => {
  test('leaves its orders to the next one, which goes on where they were', async () => {
    const lone = await createOrderWorld({ worker: false });
    await lone.stock('SHIRT', 10);
    try {
      const orderId = await lone.place();
      expect(await lone.status(orderId)).toBe('received');
      const first = await lone.startWorker();
      await lone.untilTold(orderId, 'shipment.booked');
      await first.stop();
      await lone.report(orderId, 'picked_up', 'delivered');
      await lone.startWorker();
      expect(await lone.result(orderId)).toMatchObject({ status: 'completed' });
      expect(await lone.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
    } finally {
      await lone.close();
    }
  });
});
