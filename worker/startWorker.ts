import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities, type ActivityDependencies } from '../activities';
import { translateFailures } from '../activities/translateFailures';
import type { Config } from '../runtime/config';

/** Above the longest attempt of an activity (30 s): a worker told to stop lets the calls to providers come to their end. */
const SHUTDOWN_GRACE = '35s';

export interface RunningWorker {
  isRunning(): boolean;
  /** Takes no more work, lets what runs come to its end, and closes the connection. */
  stop(): Promise<void>;
  /** Ends when the worker has stopped; rejects when it died. */
  ended: Promise<void>;
}

/** Polls for workflow and activity tasks of the orders' queue. @throws when Temporal can't be reached; try again later. */
export async function startWorker(options: {
  config: Config;
  bundlePath: string;
  dependencies: ActivityDependencies;
  log: Logger;
}): Promise<RunningWorker> {
  const { config, bundlePath, dependencies } = options;
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TASK_QUEUE,
    workflowBundle: { codePath: bundlePath },
    activities: translateFailures(createActivities(dependencies)),
    maxConcurrentWorkflowTaskExecutions: config.WORKER_MAX_WORKFLOW_TASKS,
    maxConcurrentActivityTaskExecutions: config.WORKER_MAX_ACTIVITIES,
    maxConcurrentLocalActivityExecutions: config.WORKER_MAX_ACTIVITIES,
    maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
    shutdownGraceTime: SHUTDOWN_GRACE,
  });
  const ended = worker.run().finally(() => connection.close());
  return {
    isRunning: () => worker.getState() === 'RUNNING',
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
    ended,
  };
}
