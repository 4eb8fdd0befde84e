import { connectDatabase } from '../../db/connection';
import { fillOrders } from '../../db/bench/fillOrders';
import { startBenchStack, type BenchStack } from '../benchStack';
import { brief, table, type Measurement } from '../measurement';
import { percentile } from '../percentile';

const ROUNDS = 60;
/** At a time, so that no statement takes longer than one may. */
const CHUNK = 50_000;
const PAGES: Record<string, (total: number) => string> = {
  'the newest 50': () => '/v1/orders?limit=50',
  'one status': () => '/v1/orders?limit=50&status=completed',
  'a rare status': () => '/v1/orders?limit=50&status=rejected',
  'one channel': () => '/v1/orders?limit=50&channel=pos',
  'one customer': () => '/v1/orders?limit=50&customer=c7@example.com',
  'one SKU': () => '/v1/orders?limit=50&sku=SKU-7',
  'a reference': (total) => `/v1/orders?reference=BULK-${Math.ceil(total / 2)}`,
  'search for a reference': (total) => `/v1/orders?q=BULK-${Math.ceil(total / 2)}`,
  'search for an email address': () => '/v1/orders?limit=50&q=c7@example.com',
  'search for what is nowhere': () => '/v1/orders?q=NOWHERE',
};

export const lists: Measurement = {
  name: 'lists',
  title: 'Lists and search, the more orders there are',
  about:
    'A page of 50 orders with their lines, payments and shipments, over HTTP; p50 in milliseconds. Growth: with the most orders ' +
    'against ten thousand (or the fewest). A customer has a thousandth of all orders, so the page of one holds 10 of ten ' +
    'thousand orders, and 50 of a thousand that he has among a million.',

  async run({ sizes, store }, say) {
    const stack = await startBenchStack({ OMS_TEMPORAL_STORE: store, OMS_WORKERS: '1' });
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 1, name: 'bench', patient: true });
    try {
      const found: Record<string, Record<string, { p50: number; p95: number }>> = {};
      let filled = 0;
      for (const size of sizes) {
        for (; filled < size; filled = Math.min(filled + CHUNK, size))
          await fillOrders(database, { from: filled + 1, to: Math.min(filled + CHUNK, size) });
        await database.raw('VACUUM ANALYZE');
        say(`${size} orders are there`);
        for (const [name, pathOf] of Object.entries(PAGES))
          (found[name] ??= {})[String(size)] = await time(stack, pathOf(size));
      }
      const base = sizes.includes(10_000) ? 10_000 : (sizes[0] ?? 0);
      const most = sizes.at(-1) ?? 0;
      const rows = Object.entries(found).map(([name, bySize]) => {
        const p50 = (size: number) => bySize[String(size)]?.p50 ?? NaN;
        return [name, ...sizes.map((size) => brief(p50(size))), brief(p50(most) / p50(base))];
      });
      const text = table([['', ...sizes.map((size) => size.toLocaleString('en')), 'growth'], ...rows]);
      return { text, figures: found };
    } finally {
      await database.destroy();
      await stack.stop();
    }
  },
};

async function time(stack: BenchStack, path: string): Promise<{ p50: number; p95: number }> {
  const times: number[] = [];
  for (let round = -5; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    const { status } = await stack.call('GET', path, { key: stack.run.keys.ops });
    if (status !== 200) throw new Error(`${path} was answered ${status}`);
    if (round >= 0) times.push(performance.now() - startedAt);
  }
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
}
