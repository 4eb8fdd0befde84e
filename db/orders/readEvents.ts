import type { OrderStatus } from '../../domain/orders/status';
import type { Database } from '../connection';
import { prepared } from '../prepared';

export interface OrderEvent {
  orderId: string;
  channel: string;
  /** 1, 2, 3 … within its order, without a gap. */
  sequence: number;
  type: string;
  /** The order's status after it. */
  status: OrderStatus;
  actor: string;
  data: Record<string, unknown>;
  at: Date;
  place: FeedPlace;
}

/** A place in the feed of all orders' events. */
export interface FeedPlace {
  transaction: number;
  position: number;
}

interface EventRow extends Omit<OrderEvent, 'place'>, FeedPlace {}

const COLUMNS = `order_id AS "orderId", channel, sequence, type, status, actor, data, at,
  transaction::text::bigint AS transaction, position`;

/** The events of one order after a sequence number, oldest first. */
export async function readOrderEvents(
  database: Database,
  from: { orderId: string; after: number; limit: number },
): Promise<OrderEvent[]> {
  const { rows } = await prepared<{ rows: EventRow[] }>(
    database,
    `SELECT ${COLUMNS} FROM order_events WHERE order_id = :orderId AND sequence > :after ORDER BY sequence LIMIT :limit`,
    { ...from },
  );
  return rows.map(toEvent);
}

/**
 * The events of all orders, or of one channel's, after a place in the feed. Lossless: events of transactions that older ones
 * may still be committed before are held back until nothing can come in before them.
 */
export async function readEventFeed(
  database: Database,
  from: { channel: string | null; after: FeedPlace; limit: number },
): Promise<OrderEvent[]> {
  const { rows } = await prepared<{ rows: EventRow[] }>(
    database,
    `SELECT ${COLUMNS} FROM order_events
     WHERE (transaction, position) > (:transaction::text::xid8, :position)
       AND transaction < pg_snapshot_xmin(pg_current_snapshot())
       AND (:channel::text IS NULL OR channel = :channel)
     ORDER BY order_events.transaction, position LIMIT :limit`,
    { ...from.after, channel: from.channel, limit: from.limit },
  );
  return rows.map(toEvent);
}

/** Where the feed is now: whatever is committed from here on comes after this place. */
export async function readFeedEnd(database: Database): Promise<FeedPlace> {
  const { rows } = await prepared<{ rows: [{ transaction: number }] }>(
    database,
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS transaction',
  );
  return { transaction: rows[0].transaction, position: 0 };
}

const toEvent = ({ transaction, position, ...event }: EventRow): OrderEvent => ({
  ...event,
  place: { transaction, position },
});
