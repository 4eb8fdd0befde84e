import { isClosed, ORDER_STATUSES } from '../../domain/orders/status';
import type { Database } from '../connection';
import { overOrders } from './overOrders';

export interface MoneyFault {
  orderId: string;
  status: string;
  currency: string;
  /** Minor units, as the payment events add up. */
  authorised: number;
  voided: number;
  captured: number;
  refunded: number;
  /** What the customer has: units shipped and not returned, at their prices, with the shipping fee and tax, less the discount. */
  value: number;
  /** A single payment of the order has more captured and voided than authorised. */
  overdrawn: boolean;
  /** A payment was authorised and neither captured nor voided. What is left of one that was captured in part lapses at the gateway. */
  held: boolean;
}

/**
 * Orders whose money is not right: more taken than was authorised or than was shipped, more given back than was taken; or that
 * are closed, and have been paid anything else than what was shipped, or still hold an authorisation.
 */
export const findMoneyFaults = (database: Database): Promise<{ checked: number; found: MoneyFault[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: MoneyFault[] }>(
      `WITH payment AS (
         SELECT order_id, payment_id, ${['authorise', 'void', 'capture', 'refund']
           .map((effect) => `coalesce(sum(amount) FILTER (WHERE effect = '${effect}'), 0)::bigint AS "${effect}"`)
           .join(', ')}
         FROM payment_events WHERE state = 'succeeded' AND order_id > :after AND order_id <= :upTo GROUP BY order_id, payment_id
       ), money AS (
         SELECT order_id, sum(authorise)::bigint AS authorised, sum("void")::bigint AS voided, sum(capture)::bigint AS captured,
           sum(refund)::bigint AS refunded, bool_or(capture + "void" > authorise OR refund > capture) AS overdrawn,
           bool_or(authorise > 0 AND capture = 0 AND "void" < authorise) AS held
         FROM payment GROUP BY order_id
       ), goods AS (
         SELECT order_id, sum((shipped - returned) * unit_price)::bigint AS units, sum(shipped) > 0 AS shipped FROM order_lines
         WHERE order_id > :after AND order_id <= :upTo GROUP BY order_id
       ), folded AS (
         SELECT o.id AS "orderId", o.status, o.currency, coalesce(m.authorised, 0) AS authorised, coalesce(m.voided, 0) AS voided,
           coalesce(m.captured, 0) AS captured, coalesce(m.refunded, 0) AS refunded, coalesce(m.overdrawn, false) AS overdrawn, coalesce(m.held, false) AS held,
           CASE WHEN g.shipped THEN g.units + o.shipping_total + o.tax_total - o.discount_total ELSE 0 END AS value
         FROM orders o LEFT JOIN money m ON m.order_id = o.id LEFT JOIN goods g ON g.order_id = o.id
         WHERE o.id > :after AND o.id <= :upTo
       )
       SELECT * FROM folded WHERE overdrawn OR captured - refunded > value
         OR (status = ANY(:closed) AND (captured - refunded <> value OR held))`,
      { ...range, closed: ORDER_STATUSES.filter(isClosed) },
    );
    return rows;
  });
