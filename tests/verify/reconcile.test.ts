import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createReconcileActivities, type Finding, type ReconcileReport } from '../../activities/reconciliation';
import { loadConfig } from '../../runtime/config';
import { createReconciler } from '../../worker/createReconciler';
import { createWorkerMetrics } from '../../worker/metrics';
import { ensureSchedules } from '../../worker/ensureSchedules';
import { free, openBackroom } from '../db/backroom';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { makeMixedOrders, type MixedOrders } from './mixedOrders';
import { openTamper, type Tamper } from './tamper';

let world: OrderWorld;
let orders: MixedOrders;
let tamper: Tamper;
const registry = new Registry();
const log: { level: number; msg: string; invariant?: string; id?: string }[] = [];

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  const { temporal } = world;
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line) as (typeof log)[number]) });
  const reconciler = createReconciler({
    config: loadConfig(world.env),
    temporal,
    log: logger,
    metrics: createWorkerMetrics(registry),
  });
  await world.startWorker({ reconciler });
  orders = await makeMixedOrders(world);
  tamper = await openTamper(world.databaseUrl);
}, 120_000);
afterAll(async () => {
  await tamper?.close();
  await world?.close();
});
beforeEach(() => void (log.length = 0));

let runs = 0;
const reconcile = async (): Promise<ReconcileReport> => {
  const handle = await world.temporal.client.workflow.start('reconcileOrders', {
    workflowId: `reconcile-${world.taskQueue}-${(runs += 1)}`,
    taskQueue: world.taskQueue,
  });
  return (await handle.result()) as ReconcileReport;
};
const plant = (orderId: string) =>
  tamper.run(
    `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
     SELECT id, order_id, 'refund', 'succeeded', 'planted', 1 FROM payments WHERE order_id = $1 ORDER BY attempt LIMIT 1`,
    [orderId],
  );
const remove = () => tamper.run(`DELETE FROM payment_events WHERE key = 'planted'`);
const raised = async (orderId: string) =>
  (await world.timeline(orderId)).filter((event) => event.type === 'attention.raised').length;

describe('the reconciler', () => {
  test('checks everything that needs no witness beside Postgres and Temporal, and finds nothing where all of it holds', async () => {
    const report = await reconcile();
    expect(report).toMatchObject({ broken: {}, stopped: [], others: [], unreadable: {} });
    expect(Object.keys(report.checked).sort()).toEqual(
      [
        ...['acknowledged', 'closed-orders', 'failures', 'histories', 'money', 'outbox', 'projection'],
        ...['backorders', 'reservations', 'stock-expected', 'stock-ledger', 'stock-levels', 'stock-lots'],
        ...['timelines', 'waiting', 'workflows'],
      ].sort(),
    );
    expect(log.filter(({ level }) => level > 30)).toEqual([]);
  });

  test('has an open order that does not add up wait for a person, who lets it go on, and it completes', async () => {
    const orderId = orders.booked;
    await plant(orderId);
    const report = await reconcile();
    expect(report).toMatchObject({ broken: { money: 1 }, stopped: [orderId], others: [] });
    await world.until(orderId, 'needs_attention');
    const { attention, waitingFor } = await world.snapshot(orderId);
    expect(attention).toMatch(/^found by the reconciler: money: .*refunded 0\.01 EUR/);
    expect(waitingFor).toMatchObject({ owner: 'operations', until: expect.any(String) });
    expect(log).toContainEqual(expect.objectContaining({ level: 40, invariant: 'money', id: orderId }));
    const { values } = await registry.getSingleMetric('oms_invariant_breaches_total')!.get();
    const counted = values.filter(({ value }) => value > 0);
    expect(counted).toEqual([expect.objectContaining({ labels: { invariant: 'money' }, value: 1 })]);

    const again = await reconcile();
    expect(again).toMatchObject({ broken: { money: 1 }, stopped: [], others: [{ invariant: 'money', id: orderId }] });
    expect(await raised(orderId)).toBe(1);

    await remove();
    await world.handle(orderId).executeUpdate('resolveAttention', {
      args: [{ resolution: 'settled', note: 'the entry was a mistake' }],
    });
    await world.report(orderId, 'picked_up', 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await reconcile()).toMatchObject({ broken: {} });
  });

  test('only tells of an order that is closed, or that waits for a person already', async () => {
    for (const orderId of [orders.completed, orders.captureDeclined]) {
      const before = await world.timeline(orderId);
      await plant(orderId);
      expect(await reconcile()).toMatchObject({
        ...{ broken: { money: 1 }, stopped: [] },
        others: [{ invariant: 'money', id: orderId, what: expect.stringContaining('refunded 0.01 EUR') }],
      });
      await remove();
      expect(await world.timeline(orderId)).toEqual(before);
    }
  });

  test('stops no order for a mail that is late', async () => {
    await tamper.run(
      `UPDATE notifications SET sent_at = NULL, created_at = now() - interval '1 hour' WHERE order_id = $1`,
      [orders.underWay],
    );
    const report = await reconcile();
    expect(report.stopped).toEqual([]);
    expect(Object.keys(report.broken)).toEqual(['outbox']);
    expect(await world.status(orders.underWay)).toBe('shipped');
  });

  test('stops no more than a hundred orders a run, should it be wrong itself', async () => {
    const room = await openBackroom();
    try {
      const findings: Finding[] = [];
      for (let count = 0; count < 103; count += 1) {
        const orderId = await room.order(free({ sku: 'SHIRT', quantity: 1 }));
        findings.push({ invariant: 'money', id: orderId, orderId, what: 'wrong', stopsOrder: true });
      }
      const told: string[] = [];
      const activities = createReconcileActivities({
        database: room.database,
        reconciler: {
          audit: async () => ({ checked: { money: 103 }, findings, unreadable: {} }),
          reportBreach: async (orderId) => told.push(orderId) > 1,
        },
      });
      const report = await new MockActivityEnvironment().run<[], ReconcileReport, () => Promise<ReconcileReport>>(() =>
        activities.reconcileOrders(),
      );
      expect(told).toHaveLength(100);
      // The first of them had no workflow to tell.
      expect(report.stopped).toHaveLength(99);
      expect(report.others).toHaveLength(4);
      expect(report.broken).toEqual({ money: 103 });
    } finally {
      await room.close();
    }
  });
});

test('the schedules of sweeper, reconciler and replenishment are made, and brought up to date by a worker with other settings', async () => {
  const { client } = world.temporal;
  const { taskQueue: TASK_QUEUE } = world;
  const everyMs = async (name: string) => {
    const { spec } = await client.schedule.getHandle(`${name}-orders-${TASK_QUEUE}`).describe();
    return spec.intervals?.map(({ every }) => every);
  };
  try {
    await ensureSchedules(client, { TASK_QUEUE, RECONCILE_EVERY: '1h', REPLENISH_AT: '03:00' });
    expect([await everyMs('sweep'), await everyMs('reconcile')]).toEqual([[60_000], [3_600_000]]);
    await ensureSchedules(client, { TASK_QUEUE, RECONCILE_EVERY: '15m', REPLENISH_AT: '03:30' });
    expect([await everyMs('sweep'), await everyMs('reconcile')]).toEqual([[60_000], [900_000]]);
    const nightly = await client.schedule.getHandle(`replenish-stock-${TASK_QUEUE}`).describe();
    expect(nightly.spec.calendars).toMatchObject([{ hour: [{ start: 3 }], minute: [{ start: 30 }] }]);
  } finally {
    for (const name of ['sweep-orders', 'reconcile-orders', 'replenish-stock'])
      await client.schedule.getHandle(`${name}-${TASK_QUEUE}`).delete();
  }
});
