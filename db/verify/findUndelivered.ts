import type { Database } from '../connection';

export interface UndeliveredMessage {
  id: string;
  orderId: string;
  /** `order_shipped`, `picked_up`, … */
  name: string;
  attempts: number | null;
  ageMs: number;
}

/**
 * Mails that were neither sent nor given up, and milestones of known parcels that no workflow was told of, for longer than the
 * given time. Reports of parcels that nobody knows are parked in the inbox, which is where they belong.
 */
export async function findUndelivered(
  database: Database,
  { olderThanMs }: { olderThanMs: number },
): Promise<{ checked: number; mails: UndeliveredMessage[]; reports: UndeliveredMessage[] }> {
  const mails = await database.raw<{ rows: UndeliveredMessage[] }>(
    `SELECT id, order_id AS "orderId", name, attempts, (extract(epoch FROM now() - created_at) * 1000)::float8 AS "ageMs"
     FROM notifications WHERE sent_at IS NULL AND failed_at IS NULL
       AND created_at < now() - :olderThanMs * interval '1 millisecond' ORDER BY created_at, id`,
    { olderThanMs },
  );
  const reports = await database.raw<{ rows: UndeliveredMessage[] }>(
    `SELECT e.event_id AS id, s.order_id AS "orderId", e.status AS name, NULL AS attempts,
       (extract(epoch FROM now() - e.received_at) * 1000)::float8 AS "ageMs"
     FROM carrier_events e JOIN shipments s ON s.id = e.shipment_id
     WHERE e.delivered_at IS NULL AND e.status IN ('picked_up', 'delivered')
       AND e.received_at < now() - :olderThanMs * interval '1 millisecond' ORDER BY e.received_at, e.event_id`,
    { olderThanMs },
  );
  const counts = await database.raw<{ rows: [{ messages: number }] }>(
    'SELECT ((SELECT count(*) FROM notifications) + (SELECT count(*) FROM carrier_events))::int AS messages',
  );
  return { checked: counts.rows[0].messages, mails: mails.rows, reports: reports.rows };
}
