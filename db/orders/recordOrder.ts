import { lineId, paymentId } from '../../domain/ids';
import type { OrderPolicy } from '../../domain/orders/policy';
import type { PlaceOrder } from '../../domain/orders/schema';
import type { OrderTotals } from '../../domain/orders/totals';
import type { Database } from '../connection';
import { prepared } from '../prepared';

export interface NewOrder {
  orderId: string;
  channel: string;
  /** SHA-256 of the canonical body: tells a repeat from another order under the same reference. */
  fingerprint: Buffer;
  order: PlaceOrder;
  /** Line names from the catalogue, in the order of the lines: the order keeps them for good. */
  names: readonly string[];
  totals: OrderTotals;
  policy: OrderPolicy;
  actor: string;
  requestId: string;
  /** The caller's idempotency record, kept with the order in one transaction. */
  idempotency: { principal: string; route: string; key: string; fingerprint: Buffer } | null;
}

export type RecordedOrder =
  | { kind: 'recorded'; createdAt: Date }
  | { kind: 'exists'; orderId: string; sameBody: boolean }
  /** Another request holds the idempotency key: nothing was written. */
  | { kind: 'key_taken' };

/**
 * Makes an order durable: the order, its customer, lines, payment to come, first event and the idempotency record, in one
 * statement and so in one transaction. The idempotency key is taken first, and the order is made only by the one who got
 * it; the unique (channel, reference) makes a second order of the same reference impossible under other keys, however many
 * submissions run at once.
 */
export async function recordOrder(database: Database, input: NewOrder): Promise<RecordedOrder> {
  const { orderId, order, totals } = input;
  const { rows } = await prepared<{ rows: [{ created_at: Date | null; allowed: boolean }] }>(
    database,
    `WITH remembered AS (
       INSERT INTO idempotency_keys (principal, route, key, fingerprint, locked_until)
       SELECT :principal, :route, :key, :keyFingerprint::bytea, now() + interval '30 seconds' WHERE :principal::text IS NOT NULL
       ON CONFLICT (principal, route, key) DO NOTHING
       RETURNING key
     ), allowed AS (
       SELECT FROM remembered UNION ALL SELECT WHERE :principal::text IS NULL
     ), recorded AS (
       INSERT INTO orders (id, reference, channel, fingerprint, currency, items_total, shipping_total, discount_total, tax_total,
         grand_total, shipping_method, policy, metadata, request_id, reservation_id, priority, waiting_what, waiting_owner, waiting_until)
       SELECT :orderId, :reference, :channel, :fingerprint::bytea, :currency, :items::bigint, :shipping::bigint, :discount::bigint,
         :tax::bigint, :grand::bigint, :method, :policy::jsonb, :metadata::jsonb, :requestId, :reservationId, :priority::int, 'stock_reservation', 'system',
         now() + :within * interval '1 millisecond'
       FROM allowed
       ON CONFLICT ON CONSTRAINT one_order_per_reference DO NOTHING
       RETURNING id, channel, created_at
     ), contact AS (
       INSERT INTO order_contacts (order_id, email, name, phone, shipping_address)
       SELECT id, :email, :name, :phone, :address::jsonb FROM recorded
     ), lines AS (
       INSERT INTO order_lines (id, order_id, position, sku, name, unit_price, quantity, components)
       SELECT l.id, recorded.id, l.position, l.sku, l.name, l.unit_price, l.quantity,
         (SELECT jsonb_agg(jsonb_build_object('sku', c.sku, 'quantity', c.quantity) ORDER BY c.sku)
            FROM item_components c WHERE c.kit = l.sku)
         FROM recorded, jsonb_to_recordset(:lines::jsonb)
           AS l(id text, position int, sku text, name text, unit_price bigint, quantity int)
     ), token AS (
       INSERT INTO payment_tokens (id, order_id, method, token)
       SELECT :paymentId, id, :paymentMethod, :token FROM recorded
     ), told AS (
       INSERT INTO order_events (order_id, sequence, channel, type, status, actor, data)
       SELECT id, 1, channel, 'order.received', 'received', :actor, :event::jsonb FROM recorded
     )
     SELECT (SELECT created_at FROM recorded) AS created_at, EXISTS (SELECT FROM allowed) AS allowed`,
    {
      orderId,
      reference: order.reference,
      channel: input.channel,
      fingerprint: input.fingerprint,
      currency: order.currency,
      items: totals.items,
      shipping: totals.shipping,
      discount: totals.discount,
      tax: totals.tax,
      grand: totals.grand,
      method: order.shipping.method,
      policy: JSON.stringify(input.policy),
      metadata: JSON.stringify(order.metadata ?? {}),
      requestId: input.requestId,
      reservationId: order.reservationId ?? null,
      priority: order.priority ?? 0,
      within: input.policy.stepWithinMs,
      email: order.customer.email,
      name: order.customer.name,
      phone: order.customer.phone ?? null,
      address: JSON.stringify(order.shippingAddress),
      lines: JSON.stringify(
        order.lines.map((line, index) => ({
          id: lineId(orderId, index + 1),
          position: index + 1,
          sku: line.sku,
          name: input.names[index] ?? line.sku,
          unit_price: line.unitPrice,
          quantity: line.quantity,
        })),
      ),
      paymentId: paymentId(orderId, 1),
      paymentMethod: order.payment.method,
      token: order.payment.token,
      actor: input.actor,
      event: JSON.stringify({
        reference: order.reference,
        grand: totals.grand,
        currency: order.currency,
        requestId: input.requestId,
      }),
      principal: input.idempotency?.principal ?? null,
      route: input.idempotency?.route ?? null,
      key: input.idempotency?.key ?? null,
      keyFingerprint: input.idempotency?.fingerprint ?? null,
    },
  );
  const { created_at: createdAt, allowed } = rows[0];
  if (createdAt !== null) return { kind: 'recorded', createdAt };
  if (!allowed) return { kind: 'key_taken' };
  const existing = await database<{ id: string; fingerprint: Buffer; channel: string; reference: string }>('orders')
    .where({ channel: input.channel, reference: order.reference })
    .first('id', 'fingerprint');
  if (existing === undefined)
    throw new Error(`order ${input.channel}/${order.reference} was neither recorded nor found`);
  return { kind: 'exists', orderId: existing.id, sameBody: existing.fingerprint.equals(input.fingerprint) };
}
