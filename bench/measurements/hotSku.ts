import { connectDatabase } from '../../db/connection';
import { readBenchOrders, readLevel, setShelf } from '../../db/bench/benchOrders';
import { startBenchStack } from '../benchStack';
import { orderBody } from '../driveOrders';
import { inParallel } from '../inParallel';
import { brief, table, type Measurement } from '../measurement';
import { percentile } from '../percentile';
import { untilAll } from '../untilAll';

const SKU = 'POSTER-LTD';
const UNITS = 100;
const BUYERS = 1_000;

export const hotSku: Measurement = {
  name: 'hot',
  title: 'A thousand buyers of a hundred units',
  about:
    'All buy one unit of the same item at the same time. A hundred get it; all others are rejected, told so, and never asked for ' +
    'money. Decided: the time from the submission until the order is confirmed or rejected.',

  async run({ concurrency, store, workers }) {
    const stack = await startBenchStack({ OMS_TEMPORAL_STORE: store, OMS_WORKERS: String(workers) });
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 2, name: 'bench' });
    try {
      await setShelf(database, SKU, UNITS);
      const begin = Date.now();
      await inParallel(BUYERS, concurrency, async (index) => {
        const reference = `HOT-${index}`;
        const { status, body } = await stack.call('POST', '/v1/orders', {
          body: orderBody(reference, [{ sku: SKU, quantity: 1, unitPrice: 1999 }]),
          headers: { 'idempotency-key': reference },
        });
        if (status !== 201 && status !== 202) throw new Error(`${reference} was answered ${status}: ${body}`);
      });
      const acceptedMs = Date.now() - begin;
      const decided = await untilAll(
        () => readBenchOrders(database, 'HOT'),
        BUYERS,
        ({ decidedAt }) => decidedAt !== null,
      );
      const waits = decided.map(({ createdAt, decidedAt }) => (decidedAt ?? 0) - createdAt);
      const rejected = decided.filter(({ status }) => status === 'rejected').length;
      const level = await readLevel(database, SKU);
      const lastMs = Math.max(...decided.map(({ decidedAt }) => decidedAt ?? 0)) - begin;
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(waits, share));
      const figures = { buyers: BUYERS, got: BUYERS - rejected, rejected, acceptedMs, lastMs, p50, p95, p99, level };
      if (figures.got !== UNITS)
        throw new Error(`${figures.got} of ${UNITS} units were sold: ${JSON.stringify(figures)}`);
      const text = table([
        ['', ''],
        ['got their unit', figures.got],
        ['rejected', rejected],
        ['all submitted within, s', brief(acceptedMs / 1000)],
        ['all decided within, s', brief(lastMs / 1000)],
        ['decided, p50 ms', brief(p50 ?? 0)],
        ['decided, p95 ms', brief(p95 ?? 0)],
        ['decided, p99 ms', brief(p99 ?? 0)],
      ]);
      return { text, figures };
    } finally {
      await database.destroy();
      await stack.stop();
    }
  },
};
