import type { NotificationData, NotificationName } from '../../domain/notifications';
import type { Database } from '../connection';
import { prepared } from '../prepared';

export interface DueNotification {
  id: string;
  orderId: string;
  name: NotificationName;
  attempts: number;
  email: string;
  data: NotificationData;
}

/**
 * Takes messages that are due, each for one sender only. The next attempt is set before the message is sent, so that a sender
 * that dies leaves it to the others: first after a minute, then twice as long each time, six hours at most.
 */
export async function claimNotifications(database: Database, limit: number): Promise<DueNotification[]> {
  const { rows } = await prepared<{ rows: DueNotification[] }>(
    database,
    `WITH claimed AS (
       UPDATE notifications SET attempts = attempts + 1,
         next_attempt_at = now() + least(interval '1 minute' * power(2, least(attempts, 10)), interval '6 hours')
       WHERE id IN (SELECT id FROM notifications WHERE next_attempt_at <= now() ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED)
       RETURNING id, order_id, name, attempts, created_at
     )
     SELECT n.id, n.order_id AS "orderId", n.name, n.attempts, c.email, json_build_object(
         'customerName', c.name, 'reference', o.reference, 'currency', o.currency, 'grand', o.grand_total,
         'reason', o.status_reason, 'payUntil', CASE WHEN o.waiting_what = 'customer_payment'
           THEN to_char(o.waiting_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END,
         'carrier', s.carrier, 'trackingUrl', s.tracking_url,
         'missing', (SELECT coalesce(json_agg(json_build_object('name', l.name, 'quantity', l.backordered, 'promisedAt',
             to_char(l.promised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY l.position), '[]')
           FROM order_lines l WHERE l.order_id = n.order_id AND l.backordered > 0),
         'lines', (SELECT json_agg(json_build_object('name', l.name, 'quantity', coalesce(sent.quantity, l.quantity)) ORDER BY l.position)
           FROM order_lines l
           LEFT JOIN json_to_recordset(s.lines::json) AS sent("lineId" text, quantity int) ON sent."lineId" = l.id
           WHERE l.order_id = n.order_id AND (s.id IS NULL OR sent.quantity > 0))) AS data
     FROM claimed n JOIN orders o ON o.id = n.order_id JOIN order_contacts c ON c.order_id = n.order_id
       LEFT JOIN shipments s ON s.order_id = n.order_id
         AND s.number = CASE WHEN n.name IN ('order_shipped', 'order_delivered') THEN split_part(n.id, ':', 3)::int END
     ORDER BY n.created_at`,
    [limit],
  );
  return rows;
}

export async function markSent(database: Database, ids: readonly string[]): Promise<void> {
  await prepared(
    database,
    'UPDATE notifications SET sent_at = now(), next_attempt_at = NULL, last_error = NULL WHERE id = ANY(?)',
    [[...ids]],
  );
}

/** `forGood`: the address will never take it, so it is not tried again. */
export async function markFailed(
  database: Database,
  failure: { id: string; error: string; forGood: boolean },
): Promise<void> {
  await prepared(
    database,
    `UPDATE notifications SET last_error = :error,
       failed_at = CASE WHEN :forGood THEN now() ELSE failed_at END,
       next_attempt_at = CASE WHEN :forGood THEN NULL ELSE next_attempt_at END
     WHERE id = :id`,
    { ...failure, error: failure.error.slice(0, 500) },
  );
}
