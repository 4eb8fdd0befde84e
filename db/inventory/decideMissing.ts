import type { BackorderChoice } from '../../domain/orders/requests';
import { prepared, type Transaction } from '../prepared';

/** What becomes of the units that the order waits for. @returns how many they are; 0: none, and nothing was changed. */
export async function decideMissing(
  transaction: Transaction,
  orderId: string,
  choice: BackorderChoice,
): Promise<number> {
  const { rows } = await prepared<{ rows: [{ units: number | null }] }>(
    transaction,
    `WITH missing AS (
       SELECT id, backordered FROM order_lines WHERE order_id = :orderId AND backordered > 0
     ), unasked AS (
       DELETE FROM backorders WHERE order_id = :orderId AND :choice = 'cancel_missing'
     ), decided AS (
       UPDATE order_lines l SET
         cancelled = l.cancelled + CASE WHEN :choice = 'cancel_missing' THEN l.backordered ELSE 0 END,
         backordered = CASE WHEN :choice = 'cancel_missing' THEN 0 ELSE l.backordered END,
         shortage = CASE :choice WHEN 'ship_available' THEN 'partial' WHEN 'wait' THEN 'backorder' ELSE l.shortage END
       FROM missing WHERE l.id = missing.id
     )
     SELECT sum(backordered)::int AS units FROM missing`,
    { orderId, choice },
  );
  return rows[0].units ?? 0;
}
