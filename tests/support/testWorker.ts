import { resolve } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities, type Activities, type ActivityDependencies } from '../../activities';
import type { Reconciler } from '../../activities/reconciliation';
import { translateFailures } from '../../activities/translateFailures';
import { bundleWorkflows } from '../../worker/bundleWorkflows';
import { installQuietRuntime } from './installQuietRuntime';
import { temporalAddress } from './temporal';

const BUNDLES = resolve(__dirname, '../../.oms/bundles');

/** How a worker of a test differs from the ordinary one: in activities of its own, or in how much it does at once. */
export interface WorkerChanges {
  activities?: Partial<Activities>;
  reconciler?: Reconciler;
  limits?: Pick<
    WorkerOptions,
    | 'maxConcurrentWorkflowTaskExecutions'
    | 'maxConcurrentActivityTaskExecutions'
    | 'maxConcurrentLocalActivityExecutions'
    | 'maxCachedWorkflows'
  >;
}

/** A real worker in this process, for one task queue. */
export async function startTestWorker(
  taskQueue: string,
  dependencies: ActivityDependencies,
  { activities = {}, limits = {}, reconciler }: WorkerChanges = {},
): Promise<{ stop(): Promise<void> }> {
  installQuietRuntime();
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: await bundleWorkflows(BUNDLES) },
    activities: translateFailures({
      ...createActivities({ ...dependencies, ...(reconciler && { reconciler }) }),
      ...activities,
    }),
    shutdownGraceTime: '5s',
    ...limits,
  });
  const running = worker.run();
  return {
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
