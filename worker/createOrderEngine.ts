import { WorkflowNotFoundError } from '@temporalio/client';
import type { OrderEngine } from '../activities/sweeps';
import { orderWorkflowId } from '../domain/ids';
import { startOrder } from '../runtime/startOrder';
import type { TemporalConnection } from '../runtime/temporal';
import type { ProviderQueues } from '../workflows/orders/messages';

const START_DEADLINE_MS = 10_000;

/** What the sweeper sees of Temporal. */
export function createOrderEngine(
  temporal: TemporalConnection,
  taskQueue: string,
  queues: ProviderQueues = {},
): OrderEngine {
  return {
    listRunning: async () => {
      const running = new Set<string>();
      const query = `WorkflowType = 'processOrder' AND ExecutionStatus = 'Running'`;
      for await (const workflow of temporal.client.workflow.list({ query, pageSize: 1000 }))
        running.add(workflow.workflowId);
      return running;
    },
    inspect: async (orderId) => {
      try {
        const { status } = await temporal.client.workflow.getHandle(orderWorkflowId(orderId)).describe();
        return status.name === 'RUNNING'
          ? { state: 'running' }
          : { state: 'ended', how: status.name.toLowerCase().replaceAll('_', ' ') };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { state: 'missing' };
        throw error;
      }
    },
    start: (order, { again }) =>
      startOrder(temporal, order, { taskQueue, queues, deadlineMs: START_DEADLINE_MS, again }),
  };
}
