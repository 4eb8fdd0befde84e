import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../../db/connection';
import { fillShelf, readBenchOrders } from '../../db/bench/benchOrders';
import { startBenchStack, type Part } from '../benchStack';
import { orderBody } from '../driveOrders';
import { brief, table, type Measurement } from '../measurement';
import { percentile } from '../percentile';
import { untilAll } from '../untilAll';

const PARTS: Part[] = ['api', 'worker', 'temporal', 'postgres', 'sandbox'];
const SAMPLE_MS = 15_000;

interface Sample {
  minute: number;
  /** Megabytes. */
  held: Record<Part, number>;
  /** Open files and sockets of api and worker. */
  files: { api: number; worker: number };
}

export const soak: Measurement = {
  name: 'soak',
  title: 'Steady load for half an hour',
  about:
    'Orders keep coming at a steady rate. Memory that each process holds: the mean of the second and of the last quarter of the time, ' +
    'since caches fill in the first. Postgres and Temporal keep every order, so what they hold grows with the orders kept.',

  async run({ minutes, rate, store, workers }, say) {
    const stack = await startBenchStack({ OMS_TEMPORAL_STORE: store, OMS_WORKERS: String(workers) });
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 2, name: 'bench' });
    try {
      await fillShelf(database, 'TSHIRT-BLK-M', 1_000_000);
      const begin = Date.now();
      const end = begin + minutes * 60_000;
      const samples: Sample[] = [];
      const submitMs: number[] = [];
      const pending = new Set<Promise<void>>();
      let placed = 0;
      const submit = async (index: number) => {
        const startedAt = performance.now();
        const reference = `SOAK-${index}`;
        const { status, body } = await stack.call('POST', '/v1/orders', {
          body: orderBody(reference),
          headers: { 'idempotency-key': reference },
        });
        if (status !== 201 && status !== 202) throw new Error(`${reference} was answered ${status}: ${body}`);
        submitMs.push(performance.now() - startedAt);
      };
      let sampledAt = 0;
      while (Date.now() < end) {
        const due = Math.floor(((Date.now() - begin) / 1000) * rate);
        for (; placed < due; placed += 1) {
          const submission = submit(placed);
          pending.add(submission);
          void submission.finally(() => pending.delete(submission)).catch(() => undefined);
        }
        if (Date.now() - sampledAt >= SAMPLE_MS) {
          sampledAt = Date.now();
          samples.push(sample(stack, (sampledAt - begin) / 60_000));
          if (samples.length % 20 === 0) say(`${brief((sampledAt - begin) / 60_000)} minutes, ${placed} orders`);
        }
        await sleep(50);
      }
      await Promise.all(pending);
      const closed = await untilAll(
        () => readBenchOrders(database, 'SOAK'),
        placed,
        ({ closedAt }) => closedAt !== null,
        1_000,
      );
      const tookMs = closed.map(({ createdAt, closedAt }) => (closedAt ?? 0) - createdAt);
      const quarter = (n: number) => samples.slice(...[n - 1, n].map((of) => Math.floor((samples.length * of) / 4)));
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const held = (part: Part, n: number) => mean(quarter(n).map((one) => one.held[part]));
      const files = (n: number) => mean(quarter(n).map((one) => one.files.api + one.files.worker));
      const text = [
        `${placed} orders in ${minutes} minutes (${rate} a second), all completed: ${closed.every(({ status }) => status === 'completed') ? 'yes' : 'NO'}. ` +
          `Submission p95 ${brief(percentile(submitMs, 0.95))} ms, an order p95 ${brief(percentile(tookMs, 0.95) / 1000)} s.`,
        table([
          ['memory held, MB', ...PARTS, 'open files'],
          ['second quarter', ...PARTS.map((part) => brief(held(part, 2))), brief(files(2))],
          ['last quarter', ...PARTS.map((part) => brief(held(part, 4))), brief(files(4))],
          ['growth', ...PARTS.map((part) => brief(held(part, 4) / held(part, 2))), brief(files(4) / files(2))],
        ]),
      ].join('\n\n');
      return { text, figures: { placed, minutes, rate, samples } };
    } finally {
      await database.destroy();
      await stack.stop();
    }
  },
};

function sample(stack: Awaited<ReturnType<typeof startBenchStack>>, minute: number): Sample {
  const usage = stack.usage();
  const held = Object.fromEntries(PARTS.map((part) => [part, usage[part].heldMb])) as Record<Part, number>;
  return { minute, held, files: { api: countFiles(stack.pids('api')), worker: countFiles(stack.pids('worker')) } };
}

const countFiles = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    try {
      return sum + readdirSync(`/proc/${pid}/fd`).length;
    } catch {
      return sum;
    }
  }, 0);
