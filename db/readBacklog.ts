import type { Database } from './connection';

/** Open orders that are in the same state and wait for the same thing. */
export interface OpenOrders {
  status: string;
  waitingFor: string;
  orders: number;
  /** Those whose deadline has passed. */
  overdue: number;
  /** Since the oldest of them was placed. */
  oldestSeconds: number;
  /** By how much the latest of them is late; 0 when none is. */
  lateSeconds: number;
}

/**
 * All open orders, counted. One pass over the index of open orders (`orders_open`): what it costs grows with the orders that are
 * open, and not with those that ever were.
 */
export async function readOpenOrders(database: Database): Promise<OpenOrders[]> {
  const { rows } = await database.raw<{ rows: OpenOrders[] }>(
    `SELECT status, coalesce(waiting_what, 'nothing') AS "waitingFor", count(*)::int AS orders,
       count(*) FILTER (WHERE waiting_until < now())::int AS overdue,
       extract(epoch FROM now() - min(created_at))::float8 AS "oldestSeconds",
       greatest(coalesce(extract(epoch FROM now() - min(waiting_until)), 0), 0)::float8 AS "lateSeconds"
     FROM orders WHERE closed_at IS NULL GROUP BY 1, 2`,
  );
  return rows;
}

export const BACKLOGS = ['orders_to_start', 'carrier_reports', 'mails'] as const;

export interface Backlog {
  queue: (typeof BACKLOGS)[number];
  items: number;
  /** 0 when there is none. */
  oldestSeconds: number;
}

/** What waits for the loops of the workers. Each part reads the index of what waits, in which nothing else stands. */
export async function readBacklog(database: Database): Promise<Backlog[]> {
  const { rows } = await database.raw<{ rows: Backlog[] }>(
    `SELECT queue, count(since)::int AS items, coalesce(extract(epoch FROM now() - min(since)), 0)::float8 AS "oldestSeconds"
     FROM (
       SELECT 'orders_to_start' AS queue, created_at AS since FROM orders WHERE workflow_started_at IS NULL
       UNION ALL
       SELECT 'carrier_reports', e.received_at FROM carrier_events e JOIN shipments s ON s.id = e.shipment_id
        WHERE e.delivered_at IS NULL AND e.status IN ('picked_up', 'delivered')
       UNION ALL
       SELECT 'mails', created_at FROM notifications WHERE next_attempt_at IS NOT NULL
     ) AS waiting GROUP BY queue`,
  );
  return BACKLOGS.map((queue) => rows.find((row) => row.queue === queue) ?? { queue, items: 0, oldestSeconds: 0 });
}
