import type { Database } from '../connection';
import { prepared } from '../prepared';
import { QUEUE_ORDER } from './queueOrder';

/**
 * Orders that may get units they wait for: those for which something is left after all that wait before them. Each is named
 * when the stock has changed, and every ten minutes, since a change may be seen late. Safe from several processes at once: whatever
 * the order in which they hear of it, those before them keep their claim (`readSourcing`). Orders that get nothing hear of changes
 * too, every ten minutes at most: when it comes may have changed, and with it what was promised.
 */
export async function claimOffers(database: Database, limit: number): Promise<string[]> {
  const { rows } = await prepared<{ rows: { orderId: string }[] }>(
    database,
    `WITH stock AS (
       SELECT s.sku, sum(greatest(s.available, 0)) AS free, max(s.updated_at) AS changed FROM stock_levels s
       WHERE s.sku IN (SELECT sku FROM backorders) GROUP BY s.sku
     ), queue AS (
       SELECT b.line_id, b.sku, b.offered_at, b.asked_at, s.changed, s.free, coalesce(sum(b.units) OVER (PARTITION BY b.sku
         ORDER BY ${QUEUE_ORDER}, b.order_id, b.line_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS ahead
       FROM backorders b JOIN stock s USING (sku)
     ), ripe AS (
       SELECT line_id, sku FROM queue WHERE (free > ahead AND (offered_at IS NULL
           OR (offered_at < now() - interval '10 seconds' AND changed > offered_at - interval '1 minute')
           OR offered_at < now() - interval '10 minutes'))
         OR (coalesce(offered_at, asked_at) < now() - interval '10 minutes' AND changed > coalesce(offered_at, asked_at))
       LIMIT :limit
     ), locked AS (
       SELECT b.line_id, b.sku FROM backorders b JOIN ripe USING (line_id, sku) ORDER BY b.line_id, b.sku FOR UPDATE OF b SKIP LOCKED
     ), offered AS (
       UPDATE backorders b SET offered_at = clock_timestamp() FROM locked WHERE b.line_id = locked.line_id AND b.sku = locked.sku
       RETURNING b.order_id, b.class_rank, b.priority, b.promised_at, b.asked_at
     )
     SELECT order_id AS "orderId" FROM offered GROUP BY order_id ORDER BY max(class_rank) DESC, max(priority) DESC, min(promised_at), min(asked_at), order_id`,
    { limit },
  );
  return rows.map(({ orderId }) => orderId);
}
