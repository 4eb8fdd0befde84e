import { rankClaims } from '../inventory/reallocation/rankClaims';
import { prepared, type Transaction } from '../prepared';

/**
 * Sets the priority of an order, under its lock (`changeOrder`), and with it its place among those that wait: also its class, where a
 * rule goes by priority. What it waits for is offered to it anew.
 * @returns the priority that it had.
 */
export async function setPriority(transaction: Transaction, orderId: string, priority: number): Promise<number> {
  const { rows } = await prepared<{ rows: [{ was: number }] }>(
    transaction,
    `WITH was AS (
       SELECT priority FROM orders WHERE id = :orderId
     ), claims AS (
       SELECT line_id, sku FROM backorders WHERE order_id = :orderId AND priority <> :priority::int ORDER BY line_id, sku FOR UPDATE
     ), queued AS (
       UPDATE backorders b SET priority = :priority::int, offered_at = NULL FROM claims c WHERE b.line_id = c.line_id AND b.sku = c.sku
     ), ordered AS (
       UPDATE orders SET priority = :priority::int WHERE id = :orderId AND priority <> :priority::int
     )
     SELECT priority AS was FROM was`,
    { orderId, priority },
  );
  await rankClaims(transaction, orderId);
  return rows[0].was;
}
