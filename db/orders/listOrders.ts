import { ORDER_ID } from '../../domain/ids';
import type { FulfilmentStatus, OrderStatus, PaymentStatus } from '../../domain/orders/status';
import type { Database } from '../connection';
import { ORDER_RECORD_COLUMNS, type OrderRecord } from './orderRecord';

/** Whatever is left out filters nothing. */
export interface OrderFilter {
  /** Orders of this channel alone: what a channel's key may see. */
  visibleTo: string | null;
  channel?: string | undefined;
  status?: OrderStatus[] | undefined;
  paymentStatus?: PaymentStatus[] | undefined;
  fulfilmentStatus?: FulfilmentStatus[] | undefined;
  /** The customer's whole email address, in any case. */
  customer?: string | undefined;
  sku?: string | undefined;
  reference?: string | undefined;
  /** From this time on … */
  createdFrom?: Date | undefined;
  /** … and before this one. */
  createdTo?: Date | undefined;
  /** An order's id, the customer's email, the beginning of a reference, or a tracking number. */
  q?: string | undefined;
}

export interface OrderPage {
  newestFirst: boolean;
  /** The order the page before ended with. */
  after: { createdAtText: string; id: string } | null;
  limit: number;
}

/** One page of orders by the time they were made, in one query. Never counts, so that no page gets slower with the table. */
export async function listOrders(database: Database, filter: OrderFilter, page: OrderPage): Promise<OrderRecord[]> {
  const { conditions, values } = conditionsOf(filter);
  const [direction, beyond] = page.newestFirst ? ['DESC', '<'] : ['ASC', '>'];
  const [source, time, id] = SOURCES[driverOf(filter)];
  if (page.after !== null) {
    conditions.push(`(${time}, ${id}) ${beyond} (:afterTime::timestamptz, :afterId)`);
    Object.assign(values, { afterTime: page.after.createdAtText, afterId: page.after.id });
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const { rows } = await database.raw<{ rows: OrderRecord[] }>(
    `WITH page AS MATERIALIZED (
       SELECT o.* FROM ${source} ${where} ORDER BY ${time} ${direction}, ${id} ${direction} LIMIT :limit
     )
     SELECT ${ORDER_RECORD_COLUMNS} FROM page o ORDER BY o.created_at ${direction}, o.id ${direction}`,
    { ...values, limit: page.limit },
  );
  return rows;
}

/** What a page is read from, with the columns that it is sorted by: the orders of an item or a customer are kept in the same order. */
const SOURCES = {
  orders: ['orders o', 'o.created_at', 'o.id'],
  lines: ['order_lines l JOIN orders o ON o.id = l.order_id', 'l.placed_at', 'l.order_id'],
  contacts: ['order_contacts c JOIN orders o ON o.id = c.order_id', 'c.placed_at', 'c.order_id'],
} as const;

function driverOf({ customer, q, sku }: OrderFilter): keyof typeof SOURCES {
  if (customer !== undefined || q?.includes('@')) return 'contacts';
  return sku === undefined ? 'orders' : 'lines';
}

/** An order that names an item in several lines is shown once. */
const FIRST_LINE_OF_ITEM = `NOT EXISTS (
  SELECT FROM order_lines e WHERE e.order_id = l.order_id AND e.sku = l.sku AND e.position < l.position)`;

const HAS_ITEM = 'EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.sku = :sku)';

function conditionsOf(filter: OrderFilter): { conditions: string[]; values: Record<string, string | string[] | Date> } {
  const conditions: string[] = [];
  const values: Record<string, string | string[] | Date> = {};
  const add = (name: keyof OrderFilter, condition: string, value: string | string[] | Date | null | undefined) => {
    if (value === undefined || value === null) return;
    conditions.push(condition);
    values[name] = value;
  };
  add('visibleTo', 'o.channel = :visibleTo', filter.visibleTo);
  add('channel', 'o.channel = :channel', filter.channel);
  add('status', 'o.status = ANY(:status)', filter.status);
  add('paymentStatus', 'o.payment_status = ANY(:paymentStatus)', filter.paymentStatus);
  add('fulfilmentStatus', 'o.fulfilment_status = ANY(:fulfilmentStatus)', filter.fulfilmentStatus);
  add('customer', 'lower(c.email) = lower(:customer)', filter.customer);
  const bySku = driverOf(filter) === 'lines' ? `l.sku = :sku AND ${FIRST_LINE_OF_ITEM}` : HAS_ITEM;
  add('sku', bySku, filter.sku);
  add('reference', 'o.reference = :reference', filter.reference);
  add('createdFrom', 'o.created_at >= :createdFrom', filter.createdFrom);
  add('createdTo', 'o.created_at < :createdTo', filter.createdTo);
  if (filter.q !== undefined) {
    const search = searchFor(filter.q);
    conditions.push(search.condition);
    Object.assign(values, search.values);
  }
  return { conditions, values };
}

/** What is searched follows from how the text looks, so that each search has an index to go by. */
function searchFor(text: string): { condition: string; values: Record<string, string> } {
  if (ORDER_ID.test(text)) return { condition: 'o.id = :q', values: { q: text } };
  if (text.includes('@')) return { condition: 'lower(c.email) = lower(:q)', values: { q: text } };
  return {
    // The array is looked up once and first, so that both sides of the OR go by an index; with IN all orders would be read.
    condition:
      '(o.reference LIKE :prefix OR o.id = ANY(ARRAY(SELECT s.order_id FROM shipments s WHERE s.tracking_number = :q)))',
    values: { q: text, prefix: `${text.replace(/[\\%_]/g, '\\$&')}%` },
  };
}
