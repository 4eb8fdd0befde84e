import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ReallocateStockInput } from '../workflows/inventory/messages';
import type { reallocateStock } from '../workflows/inventory/reallocateStock';
import type { TemporalConnection } from './temporal';

/**
 * Starts a re-allocation; one that has been started already is left alone, also after its end.
 * @throws when Temporal is away, or does not answer within the deadline: it may have started all the same.
 */
export async function startReallocation(
  temporal: Pick<TemporalConnection, 'client' | 'connection'>,
  input: ReallocateStockInput & { runId: string },
  options: { taskQueue: string; deadlineMs: number },
): Promise<void> {
  try {
    await temporal.connection.withDeadline(Date.now() + options.deadlineMs, () =>
      temporal.client.workflow.start<typeof reallocateStock>('reallocateStock', {
        workflowId: `reallocate-stock-${input.runId}`,
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
