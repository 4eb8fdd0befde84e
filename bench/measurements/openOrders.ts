import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../../db/connection';
import { countUnsent, fillShelf, readBenchOrders } from '../../db/bench/benchOrders';
import { startBenchStack, type Part } from '../benchStack';
import { orderBody } from '../driveOrders';
import { inParallel } from '../inParallel';
import { brief, table, type Measurement } from '../measurement';
import { untilAll } from '../untilAll';

const PARTS: Part[] = ['api', 'worker', 'temporal', 'postgres'];
const REST_MS = 20_000;

export const openOrders: Measurement = {
  name: 'open',
  title: 'Many open orders',
  about:
    'All wait for their parcel to be picked up. Memory that each process holds, and what an open order adds to it; a worker keeps ' +
    'as many workflows in memory as `WORKER_MAX_CACHED_WORKFLOWS` says, and reads the others again when something happens to them. ' +
    'Resting: CPU of all processes while nothing happens, once all mails are sent.',

  async run({ open, concurrency, store, workers }, say) {
    // Parcels that do not move.
    const stack = await startBenchStack({
      OMS_TEMPORAL_STORE: store,
      OMS_WORKERS: String(workers),
      OMS_SANDBOX_PACE_MS: '86400000',
    });
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 1, name: 'bench' });
    try {
      await fillShelf(database, 'TSHIRT-BLK-M', 1_000_000);
      const place = async (prefix: string, count: number): Promise<void> => {
        await inParallel(count, concurrency, async (index) => {
          const reference = `${prefix}-${index}`;
          const { status, body } = await stack.call('POST', '/v1/orders', {
            body: orderBody(reference),
            headers: { 'idempotency-key': reference },
          });
          if (status !== 201 && status !== 202) throw new Error(`${reference} was answered ${status}: ${body}`);
          if (index > 0 && index % 1000 === 0) say(`${index} orders are placed`);
        });
        await untilAll(
          () => readBenchOrders(database, prefix),
          count,
          ({ status }) => status === 'ready_to_ship',
          1_000,
        );
      };
      // What a worker keeps in memory anyway is there after the first of them.
      const first = Math.min(1_000, Math.ceil(open / 10));
      await place('FIRST', first);
      await sleep(REST_MS / 4);
      const before = stack.usage();
      await place('OPEN', open - first);
      await sleep(REST_MS / 4);
      const after = stack.usage();
      while ((await countUnsent(database)) > 0) await sleep(500);
      await sleep(REST_MS / 4);
      const still = stack.usage();
      await sleep(REST_MS);
      const rested = stack.usage();
      const idleCpu = PARTS.reduce((sum, part) => sum + rested[part].cpuMs - still[part].cpuMs, 0) / REST_MS;
      const added = (part: Part) => ((after[part].heldMb - before[part].heldMb) * 1024) / (open - first);
      const text = [
        `Temporal's store: ${store}. Resting takes ${brief(idleCpu * 100)} % of one processor.`,
        table([
          ['', ...PARTS],
          [`memory with ${first} open orders, MB`, ...PARTS.map((part) => brief(before[part].heldMb))],
          [`with ${open}, MB`, ...PARTS.map((part) => brief(after[part].heldMb))],
          ['an open order, kB', ...PARTS.map((part) => brief(added(part)))],
        ]),
      ].join('\n\n');
      return { text, figures: { open, first, before, after, idleCpu } };
    } finally {
      await database.destroy();
      await stack.stop();
    }
  },
};
