import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBenchStack, send, type BenchStack } from '../benchStack';
import { orderBody } from '../driveOrders';
import { inParallel } from '../inParallel';
import { brief, table, type Measurement } from '../measurement';
import { percentile } from '../percentile';

const ORDERS = 50;
const READERS = 32;

export const reads: Measurement = {
  name: 'reads',
  title: 'Reading the status of an order',
  about:
    `${READERS} readers at once, over connections that stay open. The floor is a bare route of Express that asks Postgres for one ` +
    'row by its key, in a process of its own: no keys, no checks, no lines, no workflow.',

  async run({ seconds, store }) {
    // Parcels that do not move: these orders stay open, and their workflows in the worker's memory.
    const stack = await startBenchStack({
      OMS_TEMPORAL_STORE: store,
      OMS_WORKERS: '1',
      OMS_SANDBOX_PACE_MS: '86400000',
    });
    try {
      const open = await placeOpen(stack);
      const bare = await startBareServer(stack.run.databaseUrl);
      const agent = new Agent({ keepAlive: true, maxSockets: READERS });
      const authorization = `Bearer ${stack.run.keys.channel}`;
      const ask = (base: string, path: string) => send(agent, new URL(path, base), 'GET', undefined, { authorization });
      const routes: [string, (id: string) => ReturnType<typeof ask>][] = [
        ['floor: a bare route', (id) => ask(bare.url, `/orders/${id}`)],
        ['`GET /v1/orders/{id}`, the whole order', (id) => ask(stack.run.api, `/v1/orders/${id}`)],
        ['`GET /v1/orders/{id}/status`, from its workflow', (id) => ask(stack.run.api, `/v1/orders/${id}/status`)],
      ];
      const figures: Record<string, { perSecond: number; p50: number; p95: number; p99: number }> = {};
      for (const [name, read] of routes) figures[name] = await measure(read, open, seconds);
      agent.destroy();
      bare.stop();
      const floor = figures[routes[0]?.[0] ?? '']?.perSecond ?? NaN;
      const text = table([
        ['', 'reads a second', 'of the floor', 'p50 ms', 'p95 ms', 'p99 ms'],
        ...Object.entries(figures).map(([name, { perSecond, p50, p95, p99 }]) => [
          name,
          ...[perSecond, perSecond / floor, p50, p95, p99].map(brief),
        ]),
      ]);
      return { text, figures };
    } finally {
      await stack.stop();
    }
  },
};

async function placeOpen(stack: BenchStack): Promise<string[]> {
  const ids: string[] = [];
  await inParallel(ORDERS, 10, async (index) => {
    const reference = `OPEN-${index}`;
    const { body } = await stack.call('POST', '/v1/orders', {
      body: orderBody(reference),
      headers: { 'idempotency-key': reference },
    });
    ids.push((JSON.parse(body) as { id: string }).id);
  });
  await sleep(5_000);
  return ids;
}

async function measure(read: (id: string) => Promise<{ status: number }>, ids: string[], seconds: number) {
  const times: number[] = [];
  let until = Date.now() + 2_000;
  const lane = async (offset: number, into: number[] | null) => {
    for (let n = offset; Date.now() < until; n += 1) {
      const startedAt = performance.now();
      const { status } = await read(ids[n % ids.length] ?? '');
      if (status !== 200) throw new Error(`a read was answered ${status}`);
      into?.push(performance.now() - startedAt);
    }
  };
  const all = (into: number[] | null) => Promise.all(Array.from({ length: READERS }, (_, index) => lane(index, into)));
  await all(null);
  until = Date.now() + seconds * 1000;
  await all(times);
  const [p50 = NaN, p95 = NaN, p99 = NaN] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
  return { perSecond: times.length / seconds, p50, p95, p99 };
}

async function startBareServer(databaseUrl: string): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '../floor/bareServer.ts')], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}`, stop: () => void child.kill('SIGTERM') };
}
