import { isClosed, type OrderStatus } from '../../domain/orders/status';
import { isMilestone, isNews, type TrackingStatus } from '../../domain/shipments';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { inTransaction } from '../transaction';

export interface CarrierEvent {
  eventId: string;
  shipmentId: string;
  status: TrackingStatus;
  /** ISO 8601. */
  at: string;
  note?: string | undefined;
}

/** A milestone that the order's workflow has to be told of. */
export interface UndeliveredReport {
  carrier: string;
  eventId: string;
  orderId: string;
  shipmentId: string;
  status: 'picked_up' | 'delivered';
}

/**
 * Takes in what a carrier reports, each event once. Milestones are only kept: they move money and stock, which is for the
 * order's workflow to do, and are returned to be told to it. What lies between them is noted on the parcel and the order's
 * timeline here. Events of shipments that nobody knows are kept too, and answered like the others.
 */
export async function receiveCarrierEvents(
  database: Database,
  carrier: string,
  events: readonly CarrierEvent[],
): Promise<UndeliveredReport[]> {
  const reports: UndeliveredReport[] = [];
  for (const event of events) {
    if (!isMilestone(event.status)) {
      await receiveScan(database, carrier, event);
      continue;
    }
    const kept = await keepEvent(database, carrier, event);
    if (kept?.orderId) reports.push({ ...event, carrier, orderId: kept.orderId, status: event.status });
  }
  return reports;
}

/**
 * One transaction for each scan, which takes the order's lock before it writes anything: a transaction has its place in the
 * feed of events from its first lock on, so with two orders in it, it could wait for the second behind others that come after
 * it in the feed, and the events of that order would stand there out of their sequence.
 */
function receiveScan(database: Database, carrier: string, event: CarrierEvent): Promise<void> {
  return inTransaction(database, async (transaction) => {
    await prepared(
      transaction,
      'SELECT 1 FROM orders WHERE id = (SELECT order_id FROM shipments WHERE id = ?) FOR UPDATE',
      [event.shipmentId],
    );
    const kept = await keepEvent(transaction, carrier, event);
    if (kept?.orderId) await noteScan(transaction, kept.orderId, event);
  });
}

/** @returns undefined when the event is there already; `orderId`: null where nobody knows the parcel. */
async function keepEvent(
  on: Database | Transaction,
  carrier: string,
  event: CarrierEvent,
): Promise<{ orderId: string | null } | undefined> {
  const { rows } = await prepared<{ rows: { orderId: string | null }[] }>(
    on,
    `INSERT INTO carrier_events (carrier, event_id, shipment_id, order_id, status, at, note, delivered_at)
     SELECT :carrier, :eventId, given.id, s.order_id, :status, :at, :note,
       CASE WHEN :isScan AND s.order_id IS NOT NULL THEN now() END
     FROM (SELECT :shipmentId::text AS id) AS given LEFT JOIN shipments s ON s.id = given.id
     ON CONFLICT DO NOTHING RETURNING order_id AS "orderId"`,
    {
      carrier,
      eventId: event.eventId,
      shipmentId: event.shipmentId,
      status: event.status,
      at: event.at,
      note: event.note ?? null,
      isScan: !isMilestone(event.status),
    },
  );
  return rows[0];
}

/** The parcel's status and an event on the timeline, where the scan leads further than what is known and the order is open. */
async function noteScan(transaction: Transaction, orderId: string, event: CarrierEvent): Promise<void> {
  const { rows } = await prepared<{
    rows: [{ known: TrackingStatus | 'booking'; status: OrderStatus; carrier: string | null }];
  }>(
    transaction,
    `SELECT s.status AS known, s.carrier, o.status FROM shipments s JOIN orders o ON o.id = s.order_id WHERE s.id = ?`,
    [event.shipmentId],
  );
  const { known, status } = rows[0];
  if (isClosed(status) || event.status === 'booked') return;
  if (!isNews(known === 'booking' ? 'booked' : known, event.status)) return;
  // What the carrier calls off is for people to look into: the booking stays as our own record has it.
  if (event.status !== 'cancelled') {
    await prepared(transaction, 'UPDATE shipments SET status = ?, updated_at = now() WHERE id = ?', [
      event.status,
      event.shipmentId,
    ]);
  }
  await prepared(
    transaction,
    `WITH changed AS (
       UPDATE orders SET version = version + 1, last_sequence = last_sequence + 1, updated_at = now() WHERE id = :orderId
       RETURNING id, last_sequence, channel, status
     )
     INSERT INTO order_events (order_id, sequence, channel, type, status, actor, data)
     SELECT id, last_sequence, channel, :type, status, 'carrier', :data::jsonb FROM changed`,
    {
      orderId,
      type: event.status === 'cancelled' ? 'shipment.called_off_by_carrier' : `shipment.${event.status}`,
      data: JSON.stringify({ shipmentId: event.shipmentId, eventId: event.eventId, at: event.at }),
    },
  );
}

/** Milestones that the workflow was not told of for so long, oldest first; also those that came before we knew the shipment. */
export async function listUndelivered(
  database: Database,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<UndeliveredReport[]> {
  const { rows } = await prepared<{ rows: UndeliveredReport[] }>(
    database,
    `SELECT e.carrier, e.event_id AS "eventId", s.order_id AS "orderId", e.shipment_id AS "shipmentId", e.status
     FROM carrier_events e JOIN shipments s ON s.id = e.shipment_id
     WHERE e.delivered_at IS NULL AND e.status IN ('picked_up', 'delivered')
       AND e.received_at <= now() - :olderThanMs * interval '1 millisecond'
     ORDER BY e.received_at LIMIT :limit`,
    { olderThanMs, limit },
  );
  return rows;
}

/** The workflow has been told. */
export async function markDelivered(database: Database, carrier: string, eventIds: readonly string[]): Promise<void> {
  await prepared(
    database,
    `UPDATE carrier_events e SET delivered_at = now(), order_id = coalesce(e.order_id, s.order_id) FROM shipments s
     WHERE e.carrier = :carrier AND e.event_id = ANY(:eventIds) AND s.id = e.shipment_id`,
    { carrier, eventIds: [...eventIds] },
  );
}
