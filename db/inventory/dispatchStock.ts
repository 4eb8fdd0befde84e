import { prepared, type Transaction } from '../prepared';

/** The parcel has left: what was allocated leaves the shelf, and its units are shipped. On hand moves here and nowhere earlier. */
export async function dispatchStock(transaction: Transaction, orderId: string, actor: string): Promise<void> {
  await prepared(
    transaction,
    `WITH held AS (
       SELECT sku, location, sum(allocated)::bigint AS quantity FROM order_lines
       WHERE order_id = :orderId AND allocated > 0 GROUP BY sku, location
     ), locked AS MATERIALIZED (
       SELECT s.sku, s.location FROM stock_levels s JOIN held USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
     ), left_shelf AS (
       UPDATE stock_levels s SET on_hand = s.on_hand - held.quantity, reserved = s.reserved - held.quantity, updated_at = now()
       FROM held JOIN locked USING (sku, location) WHERE s.sku = held.sku AND s.location = held.location
       RETURNING s.sku, s.location, held.quantity
     ), moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       SELECT sku, location, -quantity, -quantity, 'shipped', :orderId, :actor FROM left_shelf
     )
     UPDATE order_lines SET fulfilled = fulfilled + allocated, shipped = shipped + allocated, allocated = 0 WHERE order_id = :orderId`,
    { orderId, actor },
  );
}
