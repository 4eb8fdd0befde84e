import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { BenchStack } from '../benchStack';
import { inParallel } from '../inParallel';
import { percentile } from '../percentile';
import { readUsage } from '../processUsage';

export interface FloorResult {
  completedPerSecond: number;
  startMs: { p50: number; p95: number; p99: number };
  workerCpuMs: number;
  temporalCpuMs: number;
  events: number;
}

/** As long as the sandbox's carrier takes for a step. */
const PACE_MS = 50;

/** Runs the bare workflow on the Temporal server of the stack, with a worker process of its own. */
export async function measureFloor(
  stack: BenchStack,
  options: { orders: number; concurrency: number; workers: number; prefix: string },
): Promise<FloorResult> {
  const { orders, concurrency, prefix } = options;
  const workers = await Promise.all(
    Array.from({ length: options.workers }, () => startFloorWorker(stack.run.temporalAddress)),
  );
  const connection = await Connection.connect({ address: stack.run.temporalAddress });
  try {
    const client = new Client({ connection });
    const usage = () => workers.reduce((total, worker) => total + readUsage(worker.pid ?? 0).cpuMs, 0);
    const before = { worker: usage(), temporal: stack.usage().temporal.cpuMs };
    const begin = Date.now();
    const startMs: number[] = [];
    const ended: Promise<void>[] = [];
    await inParallel(orders, concurrency, async (index) => {
      const startedAt = performance.now();
      const handle = await client.workflow.start('floorWorkflow', {
        workflowId: `${prefix}-${index}`,
        taskQueue: 'floor',
        args: [`${prefix}-${index}`],
      });
      startMs.push(performance.now() - startedAt);
      ended.push(
        (async () => {
          // The parcel is picked up once it is booked; here nothing is booked, so the time it takes stands in for it.
          for (let step = 0; step < 2; step += 1) {
            await sleep(PACE_MS * (step + 1));
            await handle.signal('moved');
          }
          await handle.result();
        })(),
      );
    });
    await Promise.all(ended);
    const seconds = (Date.now() - begin) / 1000;
    const described = await client.workflow.getHandle(`${prefix}-0`).describe();
    return {
      completedPerSecond: orders / seconds,
      startMs: { p50: percentile(startMs, 0.5), p95: percentile(startMs, 0.95), p99: percentile(startMs, 0.99) },
      workerCpuMs: (usage() - before.worker) / orders,
      temporalCpuMs: (stack.usage().temporal.cpuMs - before.temporal) / orders,
      events: described.historyLength,
    };
  } finally {
    await connection.close();
    await Promise.all(workers.map(stopWorker));
  }
}

async function startFloorWorker(address: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'floorWorker.ts')], {
    env: { ...process.env, TEMPORAL_ADDRESS: address },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the floor's worker ended with ${code}`)));
  });
  return child;
}

async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
