import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../runtime/settings';
import { createDataConverter } from '../runtime/dataConverter';
import type { PlannedQueue } from '../runtime/planQueues';

/** Above the longest attempt of an activity (30 s): a worker told to stop lets the calls to providers come to their end. */
const SHUTDOWN_GRACE = '35s';

/** Not `maxConcurrent…TaskPolls`: SDK 1.24 takes these two and heeds neither. More pollers than slots are an error to it. */
const pollers = (wanted: number, slots: number) => ({
  type: 'simple-maximum' as const,
  maximum: Math.min(wanted, slots),
});

/**
 * How a worker works on one queue. Slots and pollers are fixed numbers: what Temporal's SDK finds out by the load of the machine
 * counts the neighbours too.
 */
export function buildWorkerOptions(
  config: Config,
  { taskQueue, runsWorkflows, stepsPerSecond }: PlannedQueue,
  bundlePath: string,
): Omit<WorkerOptions, 'connection' | 'activities'> {
  const { WORKER_MAX_ACTIVITIES, WORKER_ACTIVITY_POLLERS, WORKER_MAX_WORKFLOW_TASKS, WORKER_WORKFLOW_POLLERS } = config;
  const dataConverter = createDataConverter(config);
  return {
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue,
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxConcurrentActivityTaskExecutions: WORKER_MAX_ACTIVITIES,
    activityTaskPollerBehavior: pollers(WORKER_ACTIVITY_POLLERS, WORKER_MAX_ACTIVITIES),
    ...(stepsPerSecond === undefined ? {} : { maxTaskQueueActivitiesPerSecond: stepsPerSecond }),
    ...(dataConverter && { dataConverter }),
    ...versioning(config),
    ...(runsWorkflows && {
      ...holdPatches(config),
      workflowBundle: { codePath: bundlePath },
      maxConcurrentWorkflowTaskExecutions: WORKER_MAX_WORKFLOW_TASKS,
      workflowTaskPollerBehavior: pollers(WORKER_WORKFLOW_POLLERS, WORKER_MAX_WORKFLOW_TASKS),
      maxConcurrentLocalActivityExecutions: config.WORKER_MAX_LOCAL_ACTIVITIES,
      maxCachedWorkflows: config.WORKER_MAX_CACHED_WORKFLOWS,
    }),
  };
}

/** Orders live for days or weeks: they go on with the version that is current, not with the one they began under. */
function versioning({
  WORKER_DEPLOYMENT_NAME: deploymentName,
  WORKER_BUILD_ID: buildId,
}: Config): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (deploymentName === undefined || buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}

/** An order that meets a held patch goes on as the code before it; there is a way back to that as long as no order took it. */
function holdPatches({ WORKER_HELD_PATCHES: held }: Config): Pick<WorkerOptions, 'patchActivationCallback'> {
  if (held === undefined) return {};
  const ids = new Set(held.split(',').map((id) => id.trim()));
  return { patchActivationCallback: ({ patchId }) => !ids.has(patchId) };
}
