import type { Database } from '../../db/connection';
import { findUnstartedOrders, markStarted, type OrderToStartRow } from '../../db/orders/ordersToStart';

const BATCH = 100;
/** The API starts the workflow itself right after recording the order; what is older than this it could not start. */
const OLDER_THAN_MS = 3_000;

/** The relay: starts the workflows of orders that were accepted while Temporal was away. The fixed id makes a double start harmless. */
export async function startPendingOrders(dependencies: {
  database: Database;
  start: (order: OrderToStartRow) => Promise<void>;
}): Promise<{ more: boolean; done: number }> {
  const pending = await findUnstartedOrders(dependencies.database, { olderThanMs: OLDER_THAN_MS, limit: BATCH });
  for (const order of pending) {
    await dependencies.start(order);
    await markStarted(dependencies.database, [order.orderId]);
  }
  return { more: pending.length === BATCH, done: pending.length };
}
