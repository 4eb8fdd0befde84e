import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Context } from '../../route';
import { orderQueues } from '../../../runtime/orderQueues';

const DEADLINE_MS = 3_000;

/** Has Temporal end the reservation when its time is over. Where that fails, the sweeper ends it within a minute of its time. */
export async function startExpiry(
  reservationId: string,
  minutes: number,
  { deps, log }: Pick<Context, 'deps' | 'log'>,
): Promise<void> {
  const { client, connection } = deps.temporal;
  try {
    await deps.gate.pass(() =>
      connection.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflow.start('expireReservation', {
          workflowId: reservationId,
          taskQueue: orderQueues(deps.config).taskQueue,
          args: [{ reservationId }],
          startDelay: minutes * 60_000,
          staticSummary: 'Ends a reservation when its time is over',
        }),
      ),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    log.warn({ err: error, reservationId }, 'a reservation is left for the sweeper to end');
  }
}
