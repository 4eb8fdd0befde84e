import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../../db/connection';
import { readBenchOrders } from '../../db/bench/benchOrders';
import { startBenchStack } from '../benchStack';
import { orderBody } from '../driveOrders';
import { inParallel } from '../inParallel';
import { brief, table, type Measurement } from '../measurement';
import { percentile } from '../percentile';
import { untilAll } from '../untilAll';

const ORDERS = 20;
/** How many of the subscribers read what they are sent; the others let it pass. */
const READERS = 20;

export const streams: Measurement = {
  name: 'streams',
  title: 'Subscribers to the stream of events',
  about:
    `All follow the events of all orders while ${ORDERS} orders go from submission to delivered. Lag: from the time of an event to ` +
    `its arrival at ${READERS} of them. Memory: of the api.`,

  async run({ subscribers, store }) {
    const stack = await startBenchStack({ OMS_TEMPORAL_STORE: store, OMS_WORKERS: '1' });
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 1, name: 'bench' });
    const agent = new Agent({ maxSockets: Infinity });
    const lags: number[] = [];
    let bytes = 0;
    try {
      await stack.call('GET', '/v1/orders?limit=1');
      const before = stack.usage().api;
      const { channel, ops, admin } = stack.run.keys;
      await inParallel(subscribers, 50, async (index) => {
        const key = [channel, ops, admin][index % 3] ?? '';
        const response = await subscribe(new URL('/v1/events', stack.run.api), agent, key);
        response.on('data', (chunk: Buffer) => void (bytes += chunk.length));
        if (index < READERS) readLags(response, lags);
      });
      await sleep(2_000);
      const idle = stack.usage().api;
      const begin = Date.now();
      await inParallel(ORDERS, 5, async (index) => {
        const reference = `SSE-${index}`;
        await stack.call('POST', '/v1/orders', {
          body: orderBody(reference),
          headers: { 'idempotency-key': reference },
        });
      });
      await untilAll(
        () => readBenchOrders(database, 'SSE'),
        ORDERS,
        ({ closedAt }) => closedAt !== null,
      );
      await sleep(2_000);
      const seconds = (Date.now() - begin) / 1000;
      const after = stack.usage().api;
      const [p50 = NaN, p95 = NaN, p99 = NaN] = [0.5, 0.95, 0.99].map((share) => percentile(lags, share));
      const perReader = lags.length / Math.min(READERS, subscribers);
      const figures = {
        subscribers,
        kbEach: ((idle.heldMb - before.heldMb) * 1024) / subscribers,
        apiMb: { before: before.heldMb, idle: idle.heldMb, after: after.heldMb },
        eventsEach: perReader,
        megabytes: bytes / 2 ** 20,
        apiCpuShare: (after.cpuMs - idle.cpuMs) / 1000 / seconds,
        ...{ p50, p95, p99 },
      };
      const text = table([
        ['', ''],
        ['subscribers', subscribers],
        ['memory of the api before, MB', brief(before.heldMb)],
        ['with all of them, MB', brief(idle.heldMb)],
        ['a subscriber, kB', brief(figures.kbEach)],
        ['after the orders, MB', brief(after.heldMb)],
        ['events to each', brief(perReader)],
        ['sent, MB', brief(figures.megabytes)],
        ['lag, p50 ms', brief(p50)],
        ['lag, p95 ms', brief(p95)],
        ['lag, p99 ms', brief(p99)],
      ]);
      return { text, figures };
    } finally {
      agent.destroy();
      await database.destroy();
      await stack.stop();
    }
  },
};

function subscribe(url: URL, agent: Agent, key: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
    const sent = get(url, { agent, headers }, (response) => {
      // The streams are cut at the end.
      response.on('error', () => undefined);
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`a subscription was answered ${response.statusCode}`));
    });
    sent.on('error', reject);
  });
}

function readLags(response: IncomingMessage, lags: number[]): void {
  let left = '';
  response.on('data', (chunk: Buffer) => {
    const lines = (left + chunk.toString()).split('\n');
    left = lines.pop() ?? '';
    for (const line of lines) {
      const at = /^data:.*"at":"([^"]+)"/.exec(line)?.[1];
      if (at !== undefined) lags.push(Date.now() - Date.parse(at));
    }
  });
}
