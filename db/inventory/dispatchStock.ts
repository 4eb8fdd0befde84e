import { prepared, type Transaction } from '../prepared';
import { HELD_UNITS } from './heldUnits';

/** A parcel has left: what was allocated for it leaves the shelf, and its units are shipped. On hand moves here and nowhere earlier. */
export async function dispatchStock(
  transaction: Transaction,
  parcel: { orderId: string; number: number },
  actor: string,
): Promise<void> {
  await prepared(
    transaction,
    `WITH held AS (
       ${HELD_UNITS} WHERE a.order_id = :orderId AND a.number = :number AND a.state = 'allocated' GROUP BY 1, 2
     ), locked AS MATERIALIZED (
       SELECT s.sku, s.location FROM stock_levels s JOIN held USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
     ), left_shelf AS (
       UPDATE stock_levels s SET on_hand = s.on_hand - held.quantity, reserved = s.reserved - held.quantity, updated_at = now()
       FROM held JOIN locked USING (sku, location) WHERE s.sku = held.sku AND s.location = held.location
       RETURNING s.sku, s.location, held.quantity
     ), moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       SELECT sku, location, -quantity, -quantity, 'shipped', :orderId, :actor FROM left_shelf
     ), sent AS (
       UPDATE allocations SET state = 'shipped' WHERE order_id = :orderId AND number = :number AND state = 'allocated'
       RETURNING line_id, quantity
     )
     UPDATE order_lines l SET fulfilled = fulfilled + sent.quantity, shipped = shipped + sent.quantity,
       allocated = allocated - sent.quantity
     FROM sent WHERE l.id = sent.line_id`,
    { ...parcel, actor },
  );
}
