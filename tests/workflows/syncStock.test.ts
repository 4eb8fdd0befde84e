import { createHttpStockSink } from '../../providers/inventory/httpStockSink';
import { createHttpStockSource } from '../../providers/inventory/httpStockSource';
import { ensureSchedules } from '../../worker/ensureSchedules';
import type { StockSyncReport } from '../../workflows/inventory/syncStock';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startOutsideStock, type OutsideStock } from '../support/outsideStock';
import { startRealWorker } from '../support/realWorker';

let world: OrderWorld;
let outside: OutsideStock;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  outside = await startOutsideStock();
  worker = await startRealWorker(
    world,
    {},
    {
      stockSource: createHttpStockSource({ url: outside.sourceUrl, key: outside.key }),
      stockSink: createHttpStockSink({ url: outside.sinkUrl, secret: outside.secret }),
    },
  );
  await world.database.raw(
    `INSERT INTO channel_stock_rules (channel, low_units, back_units, updated_by) VALUES ('web', 2, 5, 'test')`,
  );
});
afterAll(async () => {
  await worker.stop();
  await outside.stop();
  await world.close();
});
beforeEach(() => {
  Object.assign(outside, { levels: [], asked: [], taken: [], repeats: 0, fault: () => undefined });
});

let runs = 0;
const run = (): Promise<StockSyncReport> =>
  world.temporal.client.workflow.execute('syncStock', {
    workflowId: `sync-${world.taskQueue}-${(runs += 1)}`,
    taskQueue: world.taskQueue,
  });
const says = (sku: string, onHand: number) => ({
  ...{ sku, location: 'loc-1', onHand, asOf: new Date(Date.now() + 1_000).toISOString() },
});
const onHand = async (sku: string): Promise<number> => {
  const { rows } = await world.database.raw<{ rows: [{ units: number }] }>(
    'SELECT on_hand AS units FROM stock_levels WHERE sku = ?',
    [sku],
  );
  return rows[0].units;
};
const told = () =>
  outside.taken.map(({ type, sku, available }) => `${String(type)} ${String(sku)} ${String(available)}`);

describe('a run of the exchange of stock', () => {
  test('takes over all pages, and tells what has become low, out or back through it', async () => {
    for (const sku of ['A', 'B', 'C', 'D', 'E']) await world.stock(sku, 9);
    outside.levels = [says('A', 9), says('B', 2), says('C', 0), says('D', 30), says('NO-SUCH', 1)];
    expect(await run()).toEqual({
      pulled: { read: 5, applied: 3, unchanged: 1, stale: 0, problems: 1 },
      delivered: 2,
    });
    expect(outside.asked).toEqual([null, 'after-2', 'after-4']);
    expect([await onHand('B'), await onHand('C'), await onHand('D')]).toEqual([2, 0, 30]);
    expect(told()).toEqual(['stock.low B 2', 'stock.out C 0']);
    outside.levels = [says('B', 4), says('C', 6)];
    expect(await run()).toMatchObject({ delivered: 1 });
    expect(told()).toEqual(['stock.low B 2', 'stock.out C 0', 'stock.back C 6']);
  });

  test('goes on with the page on which the source failed', async () => {
    await world.stock('PAGED', 1);
    outside.levels = [says('PAGED', 7), says('A', 9), says('D', 31), says('D', 31), says('E', 8)];
    outside.fault = ({ to }) => (to === 'source' && outside.asked.length === 2 && failures++ < 2 ? 503 : undefined);
    let failures = 0;
    expect(await run()).toMatchObject({ pulled: { read: 5 } });
    expect(outside.asked).toEqual([null, 'after-2', 'after-4']);
    expect([await onHand('PAGED'), await onHand('E')]).toEqual([7, 8]);
  });

  test('delivers an event again whose answer was lost, with the same id, and the next ones after it', async () => {
    for (const sku of ['LOST-1', 'LOST-2']) await world.stock(sku, 0);
    let lost = 0;
    outside.fault = ({ to }) => (to === 'sink' && lost++ === 0 ? 'lose' : undefined);
    await run();
    expect(told()).toEqual(['stock.out LOST-1 0', 'stock.out LOST-2 0']);
    expect(outside.repeats).toBe(1);
  });

  test('tells of stock while the source is away, and fails for the next one to try again', async () => {
    await world.stock('SOLD-OUT', 0);
    outside.fault = ({ to }) => (to === 'source' ? 401 : undefined);
    await expect(run()).rejects.toMatchObject({ cause: { type: 'stock_pull_failed' } });
    expect(told()).toEqual(['stock.out SOLD-OUT 0']);
    outside.fault = () => undefined;
    expect(await run()).toMatchObject({ pulled: { read: 0 }, delivered: 0 });
  });

  test('keeps events that the sink refuses for the next run', async () => {
    await world.stock('REFUSED', 0);
    outside.levels = [says('A', 12)];
    outside.fault = ({ to }) => (to === 'sink' ? 410 : undefined);
    await expect(run()).rejects.toMatchObject({ cause: { type: 'stock_push_failed' } });
    expect([await onHand('A'), outside.taken]).toEqual([12, []]);
    outside.fault = () => undefined;
    await run();
    expect(told()).toEqual(['stock.out REFUSED 0']);
  });

  test('without outside systems does nothing', async () => {
    const alone = await createOrderWorld();
    try {
      const report = await alone.temporal.client.workflow.execute('syncStock', {
        workflowId: `sync-${alone.taskQueue}`,
        taskQueue: alone.taskQueue,
      });
      expect(report).toEqual({ pulled: null, delivered: null });
    } finally {
      await alone.close();
    }
  });
});

test('it runs by the clock where an outside system is named, and no longer when that is taken back', async () => {
  const { client } = world.temporal;
  const config = { TASK_QUEUE: world.taskQueue, RECONCILE_EVERY: '1h', REPLENISH_AT: '03:00' };
  const schedule = client.schedule.getHandle(`sync-stock-${world.taskQueue}`);
  try {
    await ensureSchedules(client, { ...config, STOCK_SINK_URL: outside.sinkUrl, STOCK_SYNC_EVERY: '5m' });
    const { spec, action } = await schedule.describe();
    expect([spec.intervals?.[0]?.every, action.type === 'startWorkflow' && action.workflowType]).toEqual([
      300_000,
      'syncStock',
    ]);
    await ensureSchedules(client, config);
    await expect(schedule.describe()).rejects.toMatchObject({ name: 'ScheduleNotFoundError' });
  } finally {
    for (const name of ['sweep-orders', 'reconcile-orders', 'replenish-stock'])
      await client.schedule.getHandle(`${name}-${world.taskQueue}`).delete();
  }
});
