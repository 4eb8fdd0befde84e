import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ReplenishStockInput } from '../workflows/inventory/messages';
import type { replenishStock } from '../workflows/inventory/replenishStock';
import type { TemporalConnection } from './temporal';

/**
 * Starts a run of the replenishment; one that has been started already is left alone, also after its end.
 * @throws when Temporal is away, or does not answer within the deadline: it may have started all the same.
 */
export async function startReplenishment(
  temporal: Pick<TemporalConnection, 'client' | 'connection'>,
  input: Required<ReplenishStockInput>,
  options: { taskQueue: string; deadlineMs: number },
): Promise<void> {
  try {
    await temporal.connection.withDeadline(Date.now() + options.deadlineMs, () =>
      temporal.client.workflow.start<typeof replenishStock>('replenishStock', {
        workflowId: `replenish-stock-${input.runId}`,
        taskQueue: options.taskQueue,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        args: [input],
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
