import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Database } from '../../db/connection';
import { claimOffers } from '../../db/inventory/claimOffers';
import { orderWorkflowId } from '../../domain/ids';
import { stockArrived } from '../../workflows/orders/messages';

const BATCH = 100;

/** Tells orders that wait for stock that there may be some, those first that come first. Each takes what it can have by itself. */
export async function offerStock({
  database,
  client,
}: {
  database: Database;
  client: Client;
}): Promise<{ more: boolean; done: number }> {
  const orderIds = await claimOffers(database, BATCH);
  for (const orderId of orderIds) {
    try {
      await client.workflow.getHandle(orderWorkflowId(orderId)).signal(stockArrived);
    } catch (error) {
      // The sweeper starts it anew, and it is offered the stock again.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return { more: orderIds.length === BATCH, done: orderIds.length };
}
