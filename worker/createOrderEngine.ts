import { WorkflowNotFoundError } from '@temporalio/client';
import type { OrderEngine } from '../activities/sweeps';
import { orderWorkflowId } from '../domain/ids';
import { startOrder } from '../runtime/startOrder';
import type { TemporalConnection } from '../runtime/temporal';
import type { ProviderQueues } from '../workflows/orders/messages';

const START_DEADLINE_MS = 10_000;
const RUNNING = `WorkflowType = 'processOrder' AND ExecutionStatus = 'Running'`;

/** What the sweeper sees of Temporal. */
export function createOrderEngine(
  temporal: TemporalConnection,
  taskQueue: string,
  queues: ProviderQueues = {},
): OrderEngine {
  return {
    // Not the client's own list: that opens what every workflow has in its memo, and ends at the first one it has no key for.
    listRunning: async () => {
      const running = new Set<string>();
      const { namespace } = temporal.client.options;
      let nextPageToken: Uint8Array | undefined;
      do {
        const page = await temporal.connection.workflowService.listWorkflowExecutions({
          ...{ namespace, query: RUNNING, pageSize: 1000 },
          ...(nextPageToken && { nextPageToken }),
        });
        for (const { execution } of page.executions) if (execution?.workflowId) running.add(execution.workflowId);
        ({ nextPageToken } = page);
      } while (nextPageToken.length > 0);
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
