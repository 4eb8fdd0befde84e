import type { Database } from '../connection';
import { ORDER_RECORD_COLUMNS, type OrderRecord } from './orderRecord';
import { prepared } from '../prepared';

/** One order, by its id. With a channel, another channel's order counts as not there. */
export async function readOrder(
  database: Database,
  orderId: string,
  channel: string | null,
): Promise<OrderRecord | undefined> {
  const { rows } = await prepared<{ rows: OrderRecord[] }>(
    database,
    `SELECT ${ORDER_RECORD_COLUMNS} FROM orders o WHERE o.id = :orderId AND (:channel::text IS NULL OR o.channel = :channel)`,
    { orderId, channel },
  );
  return rows[0];
}
