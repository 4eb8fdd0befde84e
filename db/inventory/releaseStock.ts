import { prepared, type Transaction } from '../prepared';
import { giveBackPlaces } from './giveBackPlaces';
import { HELD_UNITS } from './heldUnits';
import { putBack } from './picking/putBack';

/**
 * Cancels every unit that has not left: what was picked goes back on the shelf, what was allocated back to be
 * sold, and the places of the day to other parcels. Running it twice changes nothing more.
 */
export async function releaseStock(transaction: Transaction, orderId: string, actor: string): Promise<void> {
  await putBack(transaction, orderId, actor);
  await prepared(
    transaction,
    `WITH held AS (
       ${HELD_UNITS} WHERE a.order_id = :orderId AND a.state = 'allocated' GROUP BY 1, 2
     ), locked AS MATERIALIZED (
       SELECT s.sku, s.location FROM stock_levels s JOIN held USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
     ), freed AS (
       UPDATE stock_levels s SET reserved = s.reserved - held.quantity, updated_at = now()
       FROM held JOIN locked USING (sku, location) WHERE s.sku = held.sku AND s.location = held.location
       RETURNING s.sku, s.location, held.quantity
     ), moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       SELECT sku, location, 0, -quantity, 'released', :orderId, :actor FROM freed
     ), unallocated AS (
       UPDATE allocations SET state = 'released' WHERE order_id = :orderId AND state = 'allocated'
     ), unasked AS (
       DELETE FROM backorders WHERE order_id = :orderId
     )
     UPDATE order_lines SET cancelled = quantity - fulfilled, allocated = 0, backordered = 0 WHERE order_id = :orderId`,
    { orderId, actor },
  );
  await giveBackPlaces(transaction, orderId);
}
