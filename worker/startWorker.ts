import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities, type Activities, type ActivityDependencies } from '../activities';
import { translateFailures } from '../activities/translateFailures';
import type { Config } from '../runtime/settings';
import { planQueues } from '../runtime/planQueues';
import { buildWorkerOptions } from './buildWorkerOptions';

export interface RunningWorker {
  isRunning(): boolean;
  /** Takes no more work, lets what runs come to its end, and closes the connection. */
  stop(): Promise<void>;
  /** Ends when the worker has stopped; rejects when it died, on any of its queues. */
  ended: Promise<void>;
}

/** Polls for the tasks of each queue that the settings name. @throws when Temporal can't be reached; try again later. */
export async function startWorker(options: {
  config: Config;
  bundlePath: string;
  dependencies: ActivityDependencies;
  log: Logger;
  /** Puts something around activities, by name. */
  observe?: (activities: Activities) => Activities;
}): Promise<RunningWorker> {
  const { config, bundlePath, dependencies, observe = (activities) => activities } = options;
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const activities = translateFailures(observe(createActivities(dependencies)));
  const workers = await Promise.all(
    planQueues(config).map((queue) =>
      Worker.create({ connection, activities, ...buildWorkerOptions(config, queue, bundlePath) }),
    ),
  );
  const runs = workers.map((worker) => worker.run());
  const closed = Promise.allSettled(runs).then(() => connection.close());
  return {
    isRunning: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await closed;
    },
    ended: Promise.all(runs).then(() => closed),
  };
}
