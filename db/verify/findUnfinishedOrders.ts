import { isClosed, ORDER_STATUSES } from '../../domain/orders/status';
import type { Database } from '../connection';
import { overOrders } from './overOrders';

export interface UnfinishedOrder {
  orderId: string;
  status: string;
  /** Units that are still reserved or waited for. */
  held: number;
  /** A parcel that is neither delivered nor cancelled, or of a cancelled order one that is not cancelled. */
  parcel: string | null;
  parcelStatus: string | null;
}

/** Closed orders that still have stock or a parcel. An open hold of a closed order holds nothing, and does not count. */
export const findUnfinishedOrders = (database: Database): Promise<{ checked: number; found: UnfinishedOrder[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: UnfinishedOrder[] }>(
      `SELECT o.id AS "orderId", o.status, l.held::int AS held, s.id AS parcel, s.status AS "parcelStatus"
       FROM orders o
         JOIN (SELECT order_id, sum(allocated + backordered) AS held FROM order_lines
               WHERE order_id > :after AND order_id <= :upTo GROUP BY order_id) l ON l.order_id = o.id
         LEFT JOIN LATERAL (SELECT id, status FROM shipments
               WHERE order_id = o.id AND status <> 'cancelled' AND (status <> 'delivered' OR o.status <> 'completed')
               ORDER BY number LIMIT 1) s ON true
       WHERE o.id > :after AND o.id <= :upTo AND o.status = ANY(:closed) AND (l.held > 0 OR s.id IS NOT NULL)`,
      { ...range, closed: ORDER_STATUSES.filter(isClosed) },
    );
    return rows;
  });
