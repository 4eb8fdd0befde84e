import type { NotificationName } from '../../domain/notifications';
import { prepared, type Transaction } from '../prepared';

/** Whether the order's message of this name was queued before: the step that queues it has run already. */
export async function wasNotified(transaction: Transaction, orderId: string, name: NotificationName): Promise<boolean> {
  const { rows } = await prepared<{ rows: unknown[] }>(transaction, 'SELECT 1 FROM notifications WHERE id = ?', [
    `${orderId}:${name}`,
  ]);
  return rows.length > 0;
}

/** Whether an event of this type about this id stands on the timeline. */
export async function wasTold(transaction: Transaction, orderId: string, type: string, id: string): Promise<boolean> {
  const { rows } = await prepared<{ rows: unknown[] }>(
    transaction,
    `SELECT 1 FROM order_events WHERE order_id = ? AND type = ? AND data->>'id' = ? LIMIT 1`,
    [orderId, type, id],
  );
  return rows.length > 0;
}

/** Whether an event of this type that the request led to stands on the timeline: it was carried out already. */
export async function wasCarriedOut(
  transaction: Transaction,
  orderId: string,
  type: string,
  requestId: string,
): Promise<boolean> {
  const { rows } = await prepared<{ rows: unknown[] }>(
    transaction,
    `SELECT 1 FROM order_events WHERE order_id = ? AND type = ? AND data->>'requestId' = ? LIMIT 1`,
    [orderId, type, requestId],
  );
  return rows.length > 0;
}
