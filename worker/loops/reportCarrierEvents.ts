import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Database } from '../../db/connection';
import { listUndelivered, markDelivered } from '../../db/shipments/carrierInbox';
import { orderWorkflowId } from '../../domain/ids';
import { carrierReported } from '../../workflows/orders/messages';

const BATCH = 100;
/** The API tells the order itself right after storing a report; what is older than this it could not tell. */
const OLDER_THAN_MS = 3_000;

/**
 * Tells orders of carrier reports that came while Temporal was away. A workflow that has ended needs no telling, and one that
 * is started anew reads the inbox itself.
 */
export async function reportCarrierEvents({
  database,
  client,
}: {
  database: Database;
  client: Client;
}): Promise<{ more: boolean; done: number }> {
  const reports = await listUndelivered(database, { olderThanMs: OLDER_THAN_MS, limit: BATCH });
  for (const { carrier, eventId, orderId, shipmentId, status } of reports) {
    try {
      await client.workflow
        .getHandle(orderWorkflowId(orderId))
        .signal(carrierReported, { shipmentId, status, eventId });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    await markDelivered(database, carrier, [eventId]);
  }
  return { more: reports.length === BATCH, done: reports.length };
}
