import { canBecome, ORDER_STATUSES } from '../../domain/orders/status';
import type { Database } from '../connection';
import { overOrders } from './overOrders';

export interface TornTimeline {
  orderId: string;
  events: number;
  lastSequence: number;
  /** The first event that does not follow on the one before it. */
  gapAt: number | null;
  /** The first step that the transition table does not have: `completed -> shipped`. */
  illegalStep: string | null;
  status: string;
  /** The status that the newest event tells. */
  toldStatus: string | null;
}

const STEPS = ORDER_STATUSES.flatMap((from) =>
  ORDER_STATUSES.filter((to) => canBecome(from, to)).map((to) => `${from} -> ${to}`),
);

/** Orders whose events have a gap, take a step that no order may take, begin elsewhere than at `received`, or end elsewhere than the order is. */
export const findTornTimelines = (database: Database): Promise<{ checked: number; found: TornTimeline[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: TornTimeline[] }>(
      `WITH told AS (
         SELECT order_id, sequence, status, sequence <> coalesce(lag(sequence) OVER timeline, 0) + 1 AS gap,
           coalesce(lag(status) OVER timeline, 'received') || ' -> ' || status AS step,
           lead(sequence) OVER timeline IS NULL AS newest
         FROM order_events WHERE order_id > :after AND order_id <= :upTo
         WINDOW timeline AS (PARTITION BY order_id ORDER BY sequence)
       ), timelines AS (
         SELECT order_id, count(*)::int AS events, min(sequence) FILTER (WHERE gap) AS gap_at,
           (array_agg(step ORDER BY sequence) FILTER (WHERE step <> ALL(:steps)))[1] AS illegal_step,
           max(status) FILTER (WHERE newest) AS told_status
         FROM told GROUP BY order_id
       )
       SELECT o.id AS "orderId", coalesce(t.events, 0) AS events, o.last_sequence AS "lastSequence", t.gap_at AS "gapAt",
         t.illegal_step AS "illegalStep", o.status, t.told_status AS "toldStatus"
       FROM orders o LEFT JOIN timelines t ON t.order_id = o.id
       WHERE o.id > :after AND o.id <= :upTo AND (t.events IS DISTINCT FROM o.last_sequence OR t.gap_at IS NOT NULL
         OR t.illegal_step IS NOT NULL OR t.told_status IS DISTINCT FROM o.status)`,
      { ...range, steps: STEPS },
    );
    return rows;
  });
