import { parseArgs } from 'node:util';
import { connectDatabase } from '../db/connection';
import { fillShelf } from '../db/bench/readBenchOrders';
import { startBenchStack } from './benchStack';
import { measureFloor } from './measureFloor';
import { measureOrders } from './measureOrders';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '500' },
    concurrency: { type: 'string', default: '20' },
    workers: { type: 'string', default: '1' },
    store: { type: 'string', default: 'memory' },
    runs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const orders = Number(values.orders);
  const concurrency = Number(values.concurrency);
  const workers = Number(values.workers);
  const stack = await startBenchStack({ OMS_TEMPORAL_STORE: values.store, OMS_WORKERS: values.workers });
  try {
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 1, name: 'bench' });
    await fillShelf(database, 'TSHIRT-BLK-M', 1_000_000);
    await database.destroy();
    await measureOrders(stack, { orders: 40, concurrency: 10, prefix: 'WARM' });
    for (let run = 1; run <= Number(values.runs); run += 1) {
      const result = await measureOrders(stack, { orders, concurrency, prefix: `BENCH${run}` });
      const floor = await measureFloor(stack, { orders, concurrency, workers, prefix: `floor${run}` });
      const ratio = result.completedPerSecond / floor.completedPerSecond;
      console.log(
        JSON.stringify(
          { result, floor, ratio },
          (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value),
          values.json ? undefined : 1,
        ),
      );
    }
  } finally {
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
