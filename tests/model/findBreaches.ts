import type { Database } from '../../db/connection';
import { changeOrder } from '../../db/orders/changeOrder';
import { canBecome, isClosed, type OrderStatus } from '../../domain/orders/status';
import type { LedgerEntry } from '../support/orderWorld';

interface Row {
  id: string;
  status: OrderStatus;
  payment_status: string;
  fulfilment_status: string;
  version: number;
  last_sequence: number;
  grand_total: number;
  timeline: { sequence: number; type: string; status: OrderStatus }[];
  effects: { key: string; payment_id: string; effect: string; state: string; amount: number; code: string | null }[];
  mails: string[];
  shipment: string | null;
}

const ONCE = /^(stock\.reserved|order\.|shipment\.|payment\.captured)/;
/** What the customer is told, and the event that it is told with. */
const MAIL_OF: Record<string, string> = {
  'order.confirmed': 'order_confirmed',
  'order.rejected': 'order_rejected',
  'order.cancelled': 'order_cancelled',
  'payment.declined': 'payment_problem',
  'shipment.picked_up': 'order_shipped',
  'shipment.delivered': 'order_delivered',
};

/**
 * What may never be true of an order, its stock and its money, whatever has run at once; empty when all is well. Everything is
 * compared with what the providers have in their own books.
 */
export async function findBreaches(
  database: Database,
  ledger: readonly LedgerEntry[],
  orderIds: readonly string[],
): Promise<string[]> {
  const { rows } = await database.raw<{ rows: Row[] }>(
    `SELECT o.id, o.status, o.payment_status, o.fulfilment_status, o.version, o.last_sequence, o.grand_total,
       (SELECT json_agg(json_build_object('sequence', sequence, 'type', type, 'status', status) ORDER BY sequence)
          FROM order_events WHERE order_id = o.id) AS timeline,
       (SELECT coalesce(json_agg(e ORDER BY e.id), '[]') FROM payment_events e WHERE e.order_id = o.id) AS effects,
       (SELECT coalesce(json_agg(name ORDER BY created_at, id), '[]') FROM notifications WHERE order_id = o.id) AS mails,
       (SELECT status FROM shipments WHERE order_id = o.id) AS shipment
     FROM orders o WHERE o.id = ANY(?)`,
    [[...orderIds]],
  );
  const breaches = await findStockBreaches(database, orderIds);
  for (const order of rows) {
    const books = ledger.filter((entry) => entry.orderId === order.id);
    const found = [
      ...findTimelineBreaches(order),
      ...findMoneyBreaches(order, books),
      ...findParcelBreaches(order, books),
    ];
    const { status, paymentStatus, fulfilmentStatus } = await changeOrder(database, order.id, async () => null);
    const derived = [status, paymentStatus, fulfilmentStatus].join();
    const stored = [order.status, order.payment_status, order.fulfilment_status].join();
    if (derived !== stored) found.push(`stored as ${stored}, and its facts say ${derived}`);
    breaches.push(...found.map((what) => `${order.id}: ${what}`));
  }
  return breaches;
}

async function findStockBreaches(database: Database, orderIds: readonly string[]): Promise<string[]> {
  const { rows } = await database.raw<{ rows: object[] }>(
    `SELECT l.sku, l.location, l.on_hand, l.reserved, m.on_hand AS moved, m.reserved AS moved_reserved, a.allocated
     FROM stock_levels l
     CROSS JOIN LATERAL (SELECT coalesce(sum(on_hand_delta), 0) AS on_hand, coalesce(sum(reserved_delta), 0) AS reserved
       FROM stock_movements WHERE sku = l.sku AND location = l.location) m
     CROSS JOIN LATERAL (SELECT coalesce(sum(a.quantity * u.quantity), 0) AS allocated
           FROM allocations a JOIN order_lines ol ON ol.id = a.line_id CROSS JOIN LATERAL jsonb_to_recordset(
             coalesce(ol.components, jsonb_build_array(jsonb_build_object('sku', ol.sku, 'quantity', 1)))) AS u(sku text, quantity int)
           WHERE a.state = 'allocated' AND a.location = l.location AND u.sku = l.sku) a
     WHERE l.sku IN (SELECT sku FROM order_lines WHERE order_id = ANY(?))
       AND ((l.on_hand, l.reserved, l.reserved) IS DISTINCT FROM (m.on_hand, m.reserved, a.allocated)
         OR l.reserved > l.on_hand OR l.reserved < 0)`,
    [[...orderIds]],
  );
  return rows.map((row) => `stock, its ledger and the orders' lines disagree: ${JSON.stringify(row)}`);
}

function* findTimelineBreaches({ timeline, status, last_sequence, mails, effects }: Row): Generator<string> {
  const told = timeline.map(({ type }) => type);
  if (timeline.some(({ sequence }, index) => sequence !== index + 1) || last_sequence !== timeline.length)
    yield `its timeline has gaps: ${timeline.map(({ sequence }) => sequence).join()} of ${last_sequence}`;
  for (const [index, event] of timeline.entries()) {
    const before = timeline[index - 1]?.status ?? 'received';
    if (!canBecome(before, event.status)) yield `it went from ${before} to ${event.status} by ${event.type}`;
  }
  if (timeline.at(-1)?.status !== status) yield `it is ${status}, and its timeline says ${timeline.at(-1)?.status}`;
  for (const type of new Set(told)) {
    const times = told.filter((other) => other === type).length;
    if (times > 1 && ONCE.test(type)) yield `${type} is told ${times} times`;
  }
  // A decline that comes when the payment has been called off asks nothing of the customer any more.
  const late = effects.some(({ effect }) => effect === 'void');
  const owed = told.flatMap((type) => MAIL_OF[type] ?? []).sort();
  const isOwed = (name: string) => !late || name !== 'payment_problem';
  if (owed.filter(isOwed).join() !== mails.filter(isOwed).sort().join())
    yield `the customer gets ${mails.join()}, and ${owed.join()} happened`;
}

function* findMoneyBreaches({ status, grand_total: grand, effects }: Row, books: LedgerEntry[]): Generator<string> {
  const money = books.filter(({ provider }) => provider === 'payments');
  const recorded = effects.filter(({ state }) => state === 'succeeded');
  for (const { key, effect, amount } of money) {
    if (money.filter((entry) => entry.key === key).length > 1) yield `${effect} happened twice under ${key}`;
    const known = recorded.find((event) => event.key === key);
    if (known === undefined) yield `the gateway did ${effect} under ${key}, which is on no record`;
    else if (known.amount !== amount || amount !== grand) yield `${effect} of ${amount} is recorded as ${known.amount}`;
  }
  for (const { key, effect, code } of recorded) {
    const happened = money.some((entry) => entry.key === key);
    if (!happened && code !== 'settled_by_hand') yield `${effect} under ${key} never happened`;
    // Given back by hand and by the gateway is given back once; taken by both would be taken twice.
    if (happened && code === 'settled_by_hand' && effect !== 'void')
      yield `${effect} under ${key} was settled by hand too`;
  }
  for (const { key, effect } of recorded) {
    if (!effects.some((event) => event.key === key && event.state === 'requested'))
      yield `${effect} has no intent on record`;
  }
  const sum = (effect: string) =>
    recorded.reduce((total, event) => total + (event.effect === effect ? event.amount : 0), 0);
  const [kept, captured] = [sum('authorise') - sum('void') - sum('capture'), sum('capture')];
  if (captured > grand) yield `${captured} was captured for an order of ${grand}`;
  if (kept < 0) yield `more was captured and voided than was authorised`;
  if (status === 'completed' && captured !== grand) yield `it is completed, and ${captured} of ${grand} is captured`;
  if ((status === 'cancelled' || status === 'rejected') && captured > 0)
    yield `it is ${status}, and ${captured} is captured`;
  if (isClosed(status) && kept > 0) yield `it is ${status}, and ${kept} stays authorised`;
}

function* findParcelBreaches({ status, shipment, timeline }: Row, books: LedgerEntry[]): Generator<string> {
  const count = (effect: string) => books.filter((entry) => entry.effect === effect).length;
  const [booked, calledOff] = [count('book_shipment'), count('cancel_shipment')];
  const gone = timeline.some(({ type }) => type === 'shipment.picked_up');
  if (booked > 1) yield `its parcel was booked ${booked} times`;
  if (calledOff > booked) yield 'a parcel was called off that was never booked';
  if (status === 'cancelled' && !gone && booked !== calledOff) yield 'it is cancelled, and its parcel stays booked';
  if (shipment === 'cancelled' && booked !== calledOff) yield 'its parcel counts as cancelled, and stays booked';
  if (shipment !== null && !['booking', 'cancelled'].includes(shipment) && booked !== 1)
    yield `its parcel is ${shipment} here, and the carrier has booked none`;
  if (calledOff > 0 && shipment !== 'cancelled') yield `its parcel was called off, and is ${shipment} here`;
  if (gone && calledOff > 0) yield 'its parcel was called off and picked up';
}
