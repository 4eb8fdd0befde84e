import { connectDatabase } from '../../db/connection';
import { fillShelf } from '../../db/bench/benchOrders';
import { startBenchStack } from '../benchStack';
import { driveOrders } from '../driveOrders';
import { measureFloor } from '../floor/measureFloor';
import { brief, table, type Measurement } from '../measurement';

export const orders: Measurement = {
  name: 'orders',
  title: 'Orders from submission to delivered',
  about:
    'Orders go over HTTP from their submission until they are delivered, with everything on one machine: api, worker, Temporal, ' +
    'Postgres, the sandbox of the providers, and the client. The floor is measured in the same run, on the same Temporal ' +
    'server: a bare workflow with as many activities, local activities, signals and search attributes as an order, which do ' +
    'nothing; no api, no database, no providers. What counts is the ratio, which holds on any machine.',

  async run({ orders, concurrency, workers, store }) {
    const stack = await startBenchStack({ OMS_TEMPORAL_STORE: store, OMS_WORKERS: String(workers) });
    try {
      const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 1, name: 'bench' });
      await fillShelf(database, 'TSHIRT-BLK-M', 1_000_000);
      await database.destroy();
      // Compiled by V8 and planned by Postgres before anything counts.
      await driveOrders(stack, { orders: 100, concurrency: 20, prefix: 'WARM' });
      await measureFloor(stack, { orders: 100, concurrency: 20, workers, prefix: 'floor-warm' });
      const result = await driveOrders(stack, { orders, concurrency, prefix: 'BENCH' });
      const floor = await measureFloor(stack, { orders, concurrency, workers, prefix: 'floor' });
      const ratio = result.completedPerSecond / floor.completedPerSecond;
      const { cpuMsPerOrder: cpu, peakMb, submitMs } = result;
      const cpuOfAll = Object.values(cpu).reduce((sum, ms) => sum + ms, 0);
      const text = [
        `${orders} orders, ${concurrency} submitted at once, ${workers} worker(s), Temporal's store: ${store}.`,
        table([
          ['', 'an order', 'the floor', 'ratio'],
          ['completed a second', brief(result.completedPerSecond), brief(floor.completedPerSecond), brief(ratio)],
          ['accepted a second', brief(result.acceptedPerSecond), '', ''],
          [
            'submission / `workflow.start`, p50 ms',
            brief(submitMs.p50),
            brief(floor.startMs.p50),
            brief(submitMs.p50 / floor.startMs.p50),
          ],
          ['p95 ms', brief(submitMs.p95), brief(floor.startMs.p95), brief(submitMs.p95 / floor.startMs.p95)],
          ['p99 ms', brief(submitMs.p99), brief(floor.startMs.p99), brief(submitMs.p99 / floor.startMs.p99)],
          ['events', brief(result.eventsPerOrder), floor.events, ''],
          ['state transitions', brief(result.transitionsPerOrder), '', ''],
        ]),
        table([
          ['', 'api', 'worker', 'Temporal', 'Postgres', 'sandbox', 'all'],
          ['CPU ms an order', ...[cpu.api, cpu.worker, cpu.temporal, cpu.postgres, cpu.sandbox, cpuOfAll].map(brief)],
          ['CPU ms a floor', '', brief(floor.workerCpuMs), brief(floor.temporalCpuMs), '', '', ''],
          [
            'peak memory, MB',
            ...[peakMb.api, peakMb.worker, peakMb.temporal, peakMb.postgres, peakMb.sandbox].map(brief),
            '',
          ],
        ]),
      ].join('\n\n');
      return { text, figures: { result, floor, ratio } };
    } finally {
      await stack.stop();
    }
  },
};
