import { Registry } from 'prom-client';
import { connectDatabase } from '../../db/connection';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { statementsOf } from '../support/statementsOf';
import { createWorkerMetrics } from '../../worker/metrics';
import { watchBacklog } from '../../worker/observe/watchBacklog';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
});
afterAll(() => world.close());

const setUp = () => {
  const registry = new Registry();
  const database = connectDatabase({ url: world.databaseUrl, poolSize: 1 });
  const metrics = createWorkerMetrics(registry);
  const told = async (name: string) => (await registry.getSingleMetric(name)!.get()).values;
  return { database, metrics, told };
};

test('open orders and backlogs are told while they can be counted, and nothing of them when they can’t', async () => {
  const { database, metrics, told } = setUp();
  const orderId = await world.place();
  await world.database.raw(
    `UPDATE orders SET workflow_started_at = NULL, created_at = now() - interval '1 hour',
       waiting_what = 'stock_reservation', waiting_until = now() - interval '5 minutes' WHERE id = ?`,
    [orderId],
  );
  const round = watchBacklog(database, metrics, 0);
  await round();
  const labels = { status: 'received', waiting_for: 'stock_reservation' };
  expect(await told('oms_open_orders')).toEqual([{ labels, value: 1 }]);
  expect(await told('oms_overdue_orders')).toEqual([{ labels, value: 1 }]);
  const [late] = await told('oms_overdue_orders_max_delay_seconds');
  expect(late?.value).toBeGreaterThanOrEqual(300);
  expect(await told('oms_backlog_items')).toContainEqual({ labels: { queue: 'orders_to_start' }, value: 1 });
  const ages = await told('oms_backlog_oldest_age_seconds');
  expect(ages.find(({ labels: { queue } }) => queue === 'orders_to_start')?.value).toBeGreaterThanOrEqual(3_600);

  // What is over is told no longer, not as 0 for ever.
  await world.database.raw(`UPDATE orders SET workflow_started_at = now(), waiting_what = 'stock' WHERE id = ?`, [
    orderId,
  ]);
  await round();
  expect((await told('oms_open_orders')).map((sample) => sample.labels)).toEqual([{ ...labels, waiting_for: 'stock' }]);

  await database.destroy();
  // Another one: the first has just counted, and rests.
  await expect(watchBacklog(database, metrics)()).rejects.toThrow();
  for (const name of ['oms_open_orders', 'oms_overdue_orders', 'oms_backlog_items', 'oms_backlog_oldest_age_seconds'])
    expect(await told(name)).toEqual([]);
});

test('rounds come more often than the database is asked', async () => {
  const { database, metrics } = setUp();
  const round = watchBacklog(database, metrics, 60_000);
  expect(await statementsOf(database, round)).toHaveLength(2);
  expect(await statementsOf(database, round)).toHaveLength(0);
  await database.destroy();
});
