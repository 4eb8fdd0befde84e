import type { Config } from './settings';
import { orderQueues } from './orderQueues';
import { readQueueRoles } from './readQueueRoles';

export interface PlannedQueue {
  taskQueue: string;
  /** The orders' own queue: its workers run the workflows, and every step that has no queue of its own. */
  runsWorkflows: boolean;
  /** For all workers of the queue together: Temporal itself keeps to it. */
  stepsPerSecond?: number;
}

/** The queues that a worker process serves: each once, however many roles are on it. */
export function planQueues(config: PlanSettings): PlannedQueue[] {
  const { taskQueue, queues } = orderQueues(config);
  const roles = readQueueRoles(config.WORKER_QUEUES) ?? [];
  const planned = new Map<string, PlannedQueue>();
  if (roles.includes('orders')) planned.set(taskQueue, { taskQueue, runsWorkflows: true });
  const limits = { payment: config.PAYMENT_RATE_LIMIT, carrier: config.CARRIER_RATE_LIMIT };
  for (const role of ['payment', 'carrier'] as const) {
    const own = queues[role];
    if (own === undefined || !roles.includes(role) || planned.has(own)) continue;
    const stepsPerSecond = limits[role];
    planned.set(own, {
      taskQueue: own,
      runsWorkflows: false,
      ...(stepsPerSecond === undefined ? {} : { stepsPerSecond }),
    });
  }
  return [...planned.values()];
}

type PlanSettings = Pick<
  Config,
  | 'TASK_QUEUE'
  | 'PAYMENT_TASK_QUEUE'
  | 'CARRIER_TASK_QUEUE'
  | 'PAYMENT_RATE_LIMIT'
  | 'CARRIER_RATE_LIMIT'
  | 'WORKER_QUEUES'
>;
