import { isClosed, ORDER_STATUSES } from '../../domain/orders/status';
import type { Database } from '../connection';
import { overOrders } from './overOrders';

export interface UnownedOrder {
  orderId: string;
  status: string;
  closed: boolean;
  what: string | null;
  owner: string | null;
  until: Date | null;
}

/** Open orders that wait for nothing, for nobody or without end; closed ones that still wait; and those closed only by half. */
export const findUnownedOrders = (database: Database): Promise<{ checked: number; found: UnownedOrder[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: UnownedOrder[] }>(
      `SELECT id AS "orderId", status, closed_at IS NOT NULL AS closed, waiting_what AS what, waiting_owner AS owner,
         waiting_until AS "until"
       FROM orders WHERE id > :after AND id <= :upTo AND CASE WHEN status = ANY(:closed)
         THEN closed_at IS NULL OR waiting_what IS NOT NULL OR waiting_owner IS NOT NULL OR waiting_until IS NOT NULL
         ELSE closed_at IS NOT NULL OR waiting_what IS NULL OR waiting_owner IS NULL OR waiting_until IS NULL END`,
      { ...range, closed: ORDER_STATUSES.filter(isClosed) },
    );
    return rows;
  });
