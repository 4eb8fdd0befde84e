import type { Database } from '../connection';

/**
 * Puts ballast on the timeline of an order that is closed, as events that say nothing: a feed too long for the buffers
 * between two processes, without the thousands of orders that would make one. The timeline stays without a gap.
 */
export async function lengthenTimeline(
  database: Database,
  { orderId, events, bytesEach }: { orderId: string; events: number; bytesEach: number },
): Promise<void> {
  await database.raw(
    `WITH lengthened AS (
       UPDATE orders SET last_sequence = last_sequence + :events WHERE id = :orderId AND closed_at IS NOT NULL
       RETURNING id, channel, status, last_sequence - :events AS before
     )
     INSERT INTO order_events (order_id, sequence, channel, type, status, actor, data)
     SELECT id, before + number, channel, 'ballast', status, 'faults', jsonb_build_object('text', repeat('x', :bytesEach))
     FROM lengthened, generate_series(1, :events) AS number`,
    { orderId, events, bytesEach },
  );
}
