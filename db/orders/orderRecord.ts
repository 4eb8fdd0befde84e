import type { HoldType } from '../../domain/orders/holds';
import type { LineQuantities, OrderStatuses } from '../../domain/orders/facts';
import type { OrderTotals } from '../../domain/orders/totals';
import type { Address } from '../../domain/orders/schema';
import type { PaymentEvent } from '../../domain/payments';

/** A time from inside a JSON aggregate: ISO 8601 with an offset and up to microseconds. */
type JsonTime = string;

/** An order with all that belongs to it, as it is read for an answer. Amounts are minor units of its currency. */
export interface OrderRecord extends OrderStatuses, OrderTotals {
  id: string;
  reference: string;
  channel: string;
  statusReason: string | null;
  currency: string;
  shippingMethod: string;
  /** Of orders that wait the higher one is served first. */
  priority: number;
  metadata: Record<string, string>;
  attention: string | null;
  waitingWhat: string | null;
  waitingOwner: string | null;
  waitingUntil: Date | null;
  version: number;
  workflowStartedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** `created_at` with all its digits, for the cursor of a list. */
  createdAtText: string;
  contact: { email: string; name: string; phone: string | null; address: Address };
  lines: (LineQuantities & {
    id: string;
    sku: string;
    name: string;
    unitPrice: number;
    /** By when its missing units are expected: as it was promised first, and now. */
    firstPromisedAt: JsonTime | null;
    promisedAt: JsonTime | null;
  })[];
  allocations: AllocationOfOrder[];
  payments: PaymentOfOrder[];
  shipments: ShipmentOfOrder[];
  /** The open ones. */
  holds: { id: string; type: HoldType; reason: string; placedBy: string; placedAt: JsonTime }[];
}

/** Units of a line that leave, or have left, one location in one parcel. */
export interface AllocationOfOrder {
  lineId: string;
  parcel: number;
  location: string;
  quantity: number;
  state: 'allocated' | 'shipped';
  /** When it was taken off the shelf; null: it is there still, or was until it left. */
  pickedAt: JsonTime | null;
}

export interface PaymentOfOrder {
  id: string;
  attempt: number;
  method: string;
  provider: string;
  amount: number;
  createdAt: JsonTime;
  events: (PaymentEvent & { reference: string | null; code: string | null; message: string | null; at: JsonTime })[];
}

export interface ShipmentOfOrder {
  id: string;
  status: string;
  location: string;
  service: string;
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  labelUrl: string | null;
  lines: { lineId: string; sku: string; quantity: number }[];
  tracking: { status: string; at: JsonTime; note: string | null }[];
  createdAt: JsonTime;
  updatedAt: JsonTime;
}

/** The columns of an `OrderRecord` for rows of `orders` that go by the name `o`: one query however many orders, no N + 1. */
export const ORDER_RECORD_COLUMNS = `
  o.id, o.reference, o.channel, o.status, o.status_reason AS "statusReason", o.payment_status AS "paymentStatus",
  o.fulfilment_status AS "fulfilmentStatus", o.currency, o.items_total AS items, o.shipping_total AS shipping,
  o.discount_total AS discount, o.tax_total AS tax, o.grand_total AS grand, o.shipping_method AS "shippingMethod",
  o.priority, o.metadata, o.attention, o.waiting_what AS "waitingWhat", o.waiting_owner AS "waitingOwner",
  o.waiting_until AS "waitingUntil", o.version, o.workflow_started_at AS "workflowStartedAt", o.created_at AS "createdAt",
  o.updated_at AS "updatedAt", o.created_at::text AS "createdAtText",
  (SELECT json_build_object('email', c.email, 'name', c.name, 'phone', c.phone, 'address', c.shipping_address)
     FROM order_contacts c WHERE c.order_id = o.id) AS contact,
  (SELECT coalesce(json_agg(json_build_object('id', l.id, 'sku', l.sku, 'name', l.name, 'unitPrice', l.unit_price,
       'quantity', l.quantity, 'allocated', l.allocated, 'backordered', l.backordered, 'fulfilled', l.fulfilled,
       'shipped', l.shipped, 'delivered', l.delivered, 'cancelled', l.cancelled, 'returned', l.returned,
       'firstPromisedAt', l.first_promised_at, 'promisedAt', l.promised_at) ORDER BY l.position), '[]')
     FROM order_lines l WHERE l.order_id = o.id) AS lines,
  (SELECT coalesce(json_agg(json_build_object('lineId', a.line_id, 'parcel', a.number, 'location', a.location,
       'quantity', a.quantity, 'state', a.state, 'pickedAt', a.picked_at) ORDER BY a.number, a.line_id), '[]')
     FROM allocations a WHERE a.order_id = o.id AND a.state <> 'released') AS allocations,
  (SELECT coalesce(json_agg(json_build_object('id', p.id, 'attempt', p.attempt, 'method', p.method, 'provider', p.provider,
       'amount', p.amount, 'createdAt', p.created_at, 'events',
       (SELECT coalesce(json_agg(json_build_object('effect', e.effect, 'state', e.state, 'key', e.key, 'amount', e.amount,
            'reference', e.reference, 'code', e.code, 'message', e.message, 'at', e.at) ORDER BY e.id), '[]')
          FROM payment_events e WHERE e.order_id = o.id AND e.payment_id = p.id)) ORDER BY p.attempt), '[]')
     FROM payments p WHERE p.order_id = o.id) AS payments,
  (SELECT coalesce(json_agg(json_build_object('id', s.id, 'status', s.status, 'location', s.location, 'service', s.service,
       'carrier', s.carrier, 'trackingNumber', s.tracking_number, 'trackingUrl', s.tracking_url, 'labelUrl', s.label_url,
       'lines', s.lines, 'createdAt', s.created_at, 'updatedAt', s.updated_at, 'tracking',
       (SELECT coalesce(json_agg(json_build_object('status', t.status, 'at', t.at, 'note', t.note) ORDER BY t.at, t.event_id), '[]')
          FROM carrier_events t WHERE t.shipment_id = s.id)) ORDER BY s.number), '[]')
     FROM shipments s WHERE s.order_id = o.id) AS shipments,
  (SELECT coalesce(json_agg(json_build_object('id', h.id, 'type', h.type, 'reason', h.reason, 'placedBy', h.placed_by,
       'placedAt', h.placed_at) ORDER BY h.placed_at, h.id), '[]')
     FROM order_holds h WHERE h.order_id = o.id AND h.released_at IS NULL) AS holds`;
