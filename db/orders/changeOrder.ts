import { findAllowedActions } from '../../domain/orders/actions';
import { deriveStatuses, type LineQuantities, type OrderFacts } from '../../domain/orders/facts';
import type { Hold } from '../../domain/orders/holds';
import type { OrderPolicy } from '../../domain/orders/policy';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { isClosed, type OrderStatus } from '../../domain/orders/status';
import { findWait, termOf } from '../../domain/orders/waiting';
import { Refusal } from '../../domain/failures';
import type { NotificationName } from '../../domain/notifications';
import { foldPayments, isPaymentWanted, type PaymentEvent } from '../../domain/payments';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { statusChanges, type StatusChange } from './statusChanges';
import { inTransaction } from '../transaction';

export interface OrderEventInput {
  /** `stock.reserved`, `payment.declined`, …: thing, dot, what happened to it. */
  type: string;
  actor?: string;
  data?: Record<string, unknown>;
}

/** What a change does besides the rows it writes itself. */
export interface OrderChange {
  events: OrderEventInput[];
  /** Messages to the customer, sent after the transaction; each name at most once per `occurrence`. */
  notify?: { name: NotificationName; occurrence?: string }[];
  statusReason?: string | null;
  attention?: string | null;
  rejected?: boolean;
}

/** The order's row as it stands at the beginning of a change. */
export interface OrderRow {
  id: string;
  channel: string;
  reference: string;
  status: OrderStatus;
  status_reason: string | null;
  currency: string;
  grand_total: number;
  shipping_total: number;
  shipping_method: string;
  policy: OrderPolicy;
  rejected: boolean;
  attention: string | null;
  version: number;
  last_sequence: number;
  waiting_what: string | null;
  waiting_until: Date | null;
  reservation_id: string | null;
}

const ORDER_COLUMNS = `id, channel, reference, status, status_reason, currency, grand_total, shipping_total, shipping_method, policy,
  rejected, attention, version, last_sequence, waiting_what, waiting_until, reservation_id`;

/**
 * The one writer of orders. In one transaction and under the order's row lock: the change itself, the statuses that follow
 * from the facts it left, its events (the outbox) and its messages. A change that returns null was made before: nothing is
 * written, and the answer is the order as it is. No call to the outside may be made inside.
 * @throws {Refusal} not_found
 */
export async function changeOrder(
  database: Database | Transaction,
  orderId: string,
  change: (transaction: Transaction, order: OrderRow) => Promise<OrderChange | null>,
): Promise<OrderSnapshot> {
  const { from, snapshot } = await inTransaction(database, async (transaction) => {
    const { rows } = await prepared<{ rows: OrderRow[] }>(
      transaction,
      `SELECT ${ORDER_COLUMNS} FROM orders WHERE id = ? FOR UPDATE`,
      [orderId],
    );
    const order = rows[0];
    if (order === undefined) throw new Refusal('not_found', `there is no order ${orderId}`);
    const made = await change(transaction, order);
    const facts = await readFacts(transaction, order, made);
    return {
      from: order.status,
      snapshot: made === null ? snapshotOf(order, facts) : await writeOrder(transaction, order, facts, made),
    };
  });
  if (snapshot.status !== from) statusChanges.publish({ from, to: snapshot.status } satisfies StatusChange);
  return snapshot;
}

interface Facts extends OrderFacts {
  holds: Hold[];
  lines: [LineQuantities];
  progress: { allocated: boolean; backordered: boolean; booked: boolean };
  paymentWanted: boolean;
  waitsForStock: boolean;
}

/** Statuses only need sums, so the lines come as one line of sums whatever their number. */
async function readFacts(transaction: Transaction, order: OrderRow, change: OrderChange | null): Promise<Facts> {
  const { rows } = await prepared<{
    rows: [
      LineQuantities & {
        cancelled_value: number;
        holds: Hold[];
        events: PaymentEvent[];
        booked: boolean;
        waits: boolean;
      },
    ];
  }>(
    transaction,
    `SELECT sum(quantity)::int AS quantity, sum(allocated)::int AS allocated, sum(backordered)::int AS backordered,
       sum(fulfilled)::int AS fulfilled, sum(shipped)::int AS shipped, sum(delivered)::int AS delivered,
       sum(cancelled)::int AS cancelled, sum(returned)::int AS returned, sum(cancelled * unit_price)::bigint AS cancelled_value,
       bool_or(backordered > 0 AND shortage <> 'partial') AS waits,
       (SELECT coalesce(json_agg(json_build_object('id', id, 'type', type) ORDER BY placed_at, id), '[]')
          FROM order_holds WHERE order_id = :id AND released_at IS NULL) AS holds,
       (SELECT coalesce(json_agg(json_build_object('effect', effect, 'state', state, 'key', key, 'amount', amount) ORDER BY id), '[]')
          FROM payment_events WHERE order_id = :id) AS events,
       EXISTS (SELECT FROM shipments WHERE order_id = :id AND status NOT IN ('booking', 'cancelled') AND picked_up_at IS NULL) AS booked
     FROM order_lines WHERE order_id = :id`,
    { id: order.id },
  );
  const { cancelled_value, holds, events, booked, waits, ...line } = rows[0];
  const everythingCancelled = line.cancelled === line.quantity;
  return {
    lines: [line],
    due: everythingCancelled ? 0 : order.grand_total - cancelled_value,
    payment: foldPayments(events),
    paymentWanted: isPaymentWanted(events),
    holds,
    rejected: change?.rejected ?? order.rejected,
    attention: change?.attention === undefined ? order.attention : change.attention,
    progress: { allocated: line.allocated > 0, backordered: line.backordered > 0, booked },
    waitsForStock: waits,
  };
}

function snapshotOf(order: OrderRow, facts: Facts): OrderSnapshot {
  const statuses = deriveStatuses(facts);
  const line = facts.lines[0];
  const state = {
    ...statuses,
    holds: facts.holds,
    dispatched: line.shipped > 0,
    delivered: line.delivered === line.quantity - line.cancelled && line.delivered > 0,
    paid: facts.payment.captured > 0 && facts.payment.captured >= facts.due,
    attention: facts.attention,
    paymentWanted: facts.paymentWanted,
    backordered: line.backordered,
    waitsForStock: facts.waitsForStock,
    allDispatched: line.shipped > 0 && line.shipped === line.quantity - line.cancelled,
  };
  const wait = findWait({ status: statuses.status, ...facts.progress });
  return {
    orderId: order.id,
    version: order.version,
    statusReason: order.status_reason,
    ...state,
    waitingFor:
      wait === null ? null : { what: wait.what, owner: wait.owner, until: order.waiting_until?.toISOString() ?? null },
    allowedActions: findAllowedActions(state),
  };
}

async function writeOrder(
  transaction: Transaction,
  order: OrderRow,
  facts: Facts,
  change: OrderChange,
): Promise<OrderSnapshot> {
  const { status, paymentStatus, fulfilmentStatus } = deriveStatuses(facts);
  const wait = findWait({ status, ...facts.progress });
  const sameWait = wait?.what === order.waiting_what;
  const events = change.events.map((event, index) => ({
    sequence: order.last_sequence + index + 1,
    type: event.type,
    actor: event.actor ?? 'system',
    data: event.data ?? {},
  }));
  const messages = (change.notify ?? []).map(({ name, occurrence }) => ({
    name,
    id: [order.id, name, occurrence].filter(Boolean).join(':'),
  }));
  const { rows } = await prepared<{ rows: [OrderRow] }>(
    transaction,
    `WITH told AS (
       INSERT INTO order_events (order_id, sequence, channel, type, status, actor, data)
       SELECT :id, e.sequence, :channel, e.type, :status, e.actor, e.data
         FROM jsonb_to_recordset(:events::jsonb) AS e(sequence int, type text, actor text, data jsonb)
     ), queued AS (
       INSERT INTO notifications (id, order_id, name)
       SELECT m.id, :id, m.name FROM jsonb_to_recordset(:messages::jsonb) AS m(id text, name text)
       ON CONFLICT DO NOTHING
     )
     UPDATE orders SET previous_status = status, status = :status, payment_status = :paymentStatus,
       fulfilment_status = :fulfilmentStatus, status_reason = :statusReason, rejected = :rejected, attention = :attention,
       waiting_what = :what, waiting_owner = :owner,
       waiting_until = coalesce(CASE WHEN :sameWait THEN waiting_until END, now() + :within * interval '1 millisecond'),
       version = version + 1, last_sequence = last_sequence + :count, updated_at = now(),
       closed_at = CASE WHEN :closed THEN now() END
     WHERE id = :id RETURNING ${ORDER_COLUMNS}`,
    {
      id: order.id,
      channel: order.channel,
      status,
      paymentStatus,
      fulfilmentStatus,
      statusReason: change.statusReason === undefined ? order.status_reason : change.statusReason,
      rejected: facts.rejected,
      attention: facts.attention,
      what: wait?.what ?? null,
      owner: wait?.owner ?? null,
      sameWait,
      within: wait === null ? null : termOf(wait, order.policy),
      count: events.length,
      closed: isClosed(status),
      events: JSON.stringify(events),
      messages: JSON.stringify(messages),
    },
  );
  return snapshotOf(rows[0], facts);
}
