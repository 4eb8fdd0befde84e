import { ORDER_STATUSES, isClosed } from '../../domain/orders/status';
import type { Database } from '../connection';
import { overOrders } from './overOrders';

export interface DriftingReservation {
  sku: string;
  location: string;
  reserved: number;
  /** What open orders have allocated there. */
  allocated: number;
}

/** Places where more or less is reserved than open orders have allocated. */
export async function findReservationDrift(
  database: Database,
): Promise<{ checked: number; found: DriftingReservation[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingReservation[] }>(
    `SELECT sku, location, coalesce(s.reserved, 0)::bigint AS reserved, coalesce(held.units, 0)::bigint AS allocated
     FROM stock_levels s FULL JOIN (
       SELECT l.sku, l.location, sum(l.allocated) AS units FROM order_lines l JOIN orders o ON o.id = l.order_id
       WHERE l.allocated > 0 AND o.status = ANY(:open) GROUP BY l.sku, l.location
     ) held USING (sku, location)
     WHERE coalesce(s.reserved, 0) <> coalesce(held.units, 0) ORDER BY sku, location`,
    { open: ORDER_STATUSES.filter((status) => !isClosed(status)) },
  );
  const { rows } = await database.raw<{ rows: [{ levels: number }] }>(
    'SELECT count(*)::int AS levels FROM stock_levels',
  );
  return { checked: rows[0].levels, found };
}

export interface OrderOffLedger {
  orderId: string;
  allocated: number;
  shipped: number;
  /** What the stock ledger has for this order. */
  movedReserved: number;
  movedOnHand: number;
}

/** Orders whose lines say something else than the movements that were written for them. */
export const findOrdersOffLedger = (database: Database): Promise<{ checked: number; found: OrderOffLedger[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: OrderOffLedger[] }>(
      `SELECT l.order_id AS "orderId", l.allocated, l.shipped, coalesce(m.reserved, 0)::bigint AS "movedReserved",
         coalesce(m.on_hand, 0)::bigint AS "movedOnHand"
       FROM (
         SELECT order_id, sum(allocated)::bigint AS allocated, sum(shipped)::bigint AS shipped FROM order_lines
         WHERE order_id > :after AND order_id <= :upTo GROUP BY order_id
       ) l LEFT JOIN (
         SELECT document, sum(reserved_delta) AS reserved, sum(on_hand_delta) AS on_hand FROM stock_movements
         WHERE document > :after AND document <= :upTo AND reason IN ('allocated', 'released', 'shipped') GROUP BY document
       ) m ON m.document = l.order_id
       WHERE l.allocated <> coalesce(m.reserved, 0) OR l.shipped <> -coalesce(m.on_hand, 0)`,
      { ...range },
    );
    return rows;
  });
