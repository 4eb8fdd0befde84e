import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { buildStartOptions, type OrderToStart } from '../workflows/orders/startOptions';
import type { processOrder } from '../workflows/orders/processOrder';
import type { ProviderQueues } from '../workflows/orders/messages';
import type { TemporalConnection } from './temporal';

/**
 * Starts the order's workflow by name; one that has been started already is left alone. `again` starts it anew after its run
 * has ended: only for orders that are known to be still open.
 * @throws when Temporal is away, or does not answer within the deadline: it may have started all the same.
 */
export async function startOrder(
  temporal: Pick<TemporalConnection, 'client' | 'connection'>,
  order: OrderToStart,
  options: { taskQueue: string; queues?: ProviderQueues; deadlineMs: number; again?: boolean },
): Promise<void> {
  const start = buildStartOptions(order, options);
  const workflowIdReusePolicy = options.again ? 'ALLOW_DUPLICATE' : start.workflowIdReusePolicy;
  try {
    await temporal.connection.withDeadline(Date.now() + options.deadlineMs, () =>
      temporal.client.workflow.start<typeof processOrder>('processOrder', { ...start, workflowIdReusePolicy }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
