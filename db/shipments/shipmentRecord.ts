import type { Address } from '../../domain/orders/schema';
import type { TrackingStatus } from '../../domain/shipments';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';

/** A shipment with what a carrier has to know to book it. */
export interface ShipmentRecord {
  status: TrackingStatus | 'booking';
  reference: string | null;
  service: string;
  from: Address;
  to: Address;
  items: { sku: string; quantity: number }[];
}

/**
 * Puts the shipment on record before the carrier is called: what is allocated and where it leaves from. Repeating it changes
 * nothing; a shipment that was cancelled stays so. What is allocated is locked, so that an order which gives up units at the same time
 * has given them up before, or finds the shipment begun. @returns false when it was begun before, or there is nothing to ship.
 */
export async function beginShipment(
  database: Database,
  input: { orderId: string; shipmentId: string; number: number; key: string },
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    database,
    `WITH given AS MATERIALIZED (
       SELECT id, shipping_method FROM orders WHERE id = :orderId FOR KEY SHARE
     ), parts AS MATERIALIZED (
       SELECT a.line_id, a.location, a.quantity FROM given JOIN allocations a ON a.order_id = given.id
       WHERE a.number = :number AND a.state = 'allocated' FOR SHARE OF a
     )
     INSERT INTO shipments (id, order_id, number, status, location, service, key, lines)
     SELECT :shipmentId, given.id, :number, 'booking', parts.location, given.shipping_method, :key,
       json_agg(json_build_object('lineId', l.id, 'sku', l.sku, 'quantity', parts.quantity) ORDER BY l.position)
     FROM given CROSS JOIN parts JOIN order_lines l ON l.id = parts.line_id
     GROUP BY given.id, given.shipping_method, parts.location
     ON CONFLICT DO NOTHING`,
    { ...input },
  );
  return rowCount > 0;
}

/** @returns undefined when no shipment was ever begun. */
export async function readShipment(
  database: Database | Transaction,
  shipmentId: string,
): Promise<ShipmentRecord | undefined> {
  const { rows } = await prepared<{ rows: ShipmentRecord[] }>(
    database,
    `SELECT s.status, s.reference, s.service, l.address AS "from", c.shipping_address AS "to", s.lines AS items
     FROM shipments s JOIN locations l ON l.id = s.location JOIN order_contacts c ON c.order_id = s.order_id WHERE s.id = ?`,
    [shipmentId],
  );
  return rows[0];
}

/** A scan of the carrier may already show the parcel further. @returns false when it was booked or cancelled before. */
export async function recordBooking(
  transaction: Transaction,
  shipmentId: string,
  booking: { carrier: string; reference: string; trackingNumber: string; trackingUrl: string; labelUrl: string },
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `UPDATE shipments SET status = CASE WHEN status = 'booking' THEN 'booked' ELSE status END, carrier = :carrier,
       reference = :reference, tracking_number = :trackingNumber, tracking_url = :trackingUrl, label_url = :labelUrl, updated_at = now()
     WHERE id = :shipmentId AND reference IS NULL AND status <> 'cancelled'`,
    { shipmentId, ...booking },
  );
  return rowCount > 0;
}

const MILESTONES = {
  picked_up: `picked_up_at = now(), status = CASE WHEN status IN ('booking', 'booked') THEN 'picked_up' ELSE status END`,
  delivered: `delivered_at = now(), status = 'delivered'`,
  cancelled: `status = 'cancelled'`,
};
const STILL_OPEN = {
  picked_up: `picked_up_at IS NULL AND status <> 'cancelled'`,
  delivered: `delivered_at IS NULL AND status <> 'cancelled'`,
  cancelled: `picked_up_at IS NULL AND status IN ('booking', 'booked')`,
};

/** Takes a shipment past a milestone, never back: a scan of the carrier may already show it further. @returns false when it was passed before. */
export async function passMilestone(
  transaction: Transaction,
  shipmentId: string,
  milestone: keyof typeof MILESTONES,
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `UPDATE shipments SET ${MILESTONES[milestone]}, updated_at = now() WHERE id = ? AND ${STILL_OPEN[milestone]}`,
    [shipmentId],
  );
  return rowCount > 0;
}

/** Milestones that the carrier has reported for the order's shipments so far. */
export async function findReports(
  transaction: Transaction,
  orderId: string,
): Promise<{ shipmentId: string; status: 'picked_up' | 'delivered'; eventId: string }[]> {
  const { rows } = await prepared<{
    rows: { shipmentId: string; status: 'picked_up' | 'delivered'; eventId: string }[];
  }>(
    transaction,
    `SELECT shipment_id AS "shipmentId", status, event_id AS "eventId" FROM carrier_events
     WHERE order_id = ? AND status IN ('picked_up', 'delivered') ORDER BY at`,
    [orderId],
  );
  return rows;
}
