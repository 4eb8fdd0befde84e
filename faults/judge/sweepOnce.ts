import type { System } from '../system/startSystem';

const LIMIT_MS = 60_000;

/**
 * Has the sweeper look once more, as it does each minute: a look that failed while something was away is made up for by the
 * next one, and what it is there to find must not be left to it by then.
 */
export async function sweepOnce({ temporalClient }: System): Promise<void> {
  const options = { workflowId: `sweep-orders-faults-${Date.now()}`, taskQueue: 'orders' };
  const { client, connection } = temporalClient;
  const handle = await client.workflow.start('sweepOrders', options);
  await connection.withDeadline(Date.now() + LIMIT_MS, () => handle.result());
}
