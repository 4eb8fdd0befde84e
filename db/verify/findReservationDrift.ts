import { ORDER_STATUSES, isClosed } from '../../domain/orders/status';
import type { Database } from '../connection';
import { HELD_UNITS } from '../inventory/heldUnits';
import { overOrders } from './overOrders';

export interface DriftingReservation {
  sku: string;
  location: string;
  reserved: number;
  /** What open orders have allocated and active reservations hold there. */
  allocated: number;
  picked: number;
  /** What the parcels of open orders have off the shelf. */
  inParcels: number;
}

/** Places where more or less is reserved than open orders have allocated, or picked than is in their parcels. */
export async function findReservationDrift(
  database: Database,
): Promise<{ checked: number; found: DriftingReservation[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingReservation[] }>(
    `SELECT sku, location, coalesce(s.reserved, 0)::bigint AS reserved, coalesce(held.units, 0)::bigint AS allocated,
       coalesce(s.picked, 0)::bigint AS picked, coalesce(held.picked, 0)::bigint AS "inParcels"
     FROM stock_levels s FULL JOIN (
       SELECT sku, location, sum(quantity) AS units, sum(picked) AS picked FROM (
         ${HELD_UNITS} JOIN orders o ON o.id = a.order_id WHERE a.state = 'allocated' AND o.status = ANY(:open) GROUP BY 1, 2
         UNION ALL
         SELECT u.sku, u.location, u.units, 0 FROM reservation_units u JOIN reservations r ON r.id = u.reservation_id
         WHERE r.state = 'active'
       ) every GROUP BY sku, location
     ) held USING (sku, location)
     WHERE (coalesce(s.reserved, 0), coalesce(s.picked, 0)) <> (coalesce(held.units, 0), coalesce(held.picked, 0)) ORDER BY sku, location`,
    { open: ORDER_STATUSES.filter((status) => !isClosed(status)) },
  );
  const { rows } = await database.raw<{ rows: [{ levels: number }] }>(
    'SELECT count(*)::int AS levels FROM stock_levels',
  );
  return { checked: rows[0].levels, found };
}

export interface OrderOffLedger {
  orderId: string;
  /** Units on the shelves: of a kit, its components. */
  allocated: number;
  shipped: number;
  /** What the stock ledger has for this order. */
  movedReserved: number;
  movedOnHand: number;
  picked: number;
  movedPicked: number;
  /** The lines say something else than their allocations. */
  torn: boolean;
}

/** Orders whose lines, allocations and movements don't say the same. */
export const findOrdersOffLedger = (database: Database): Promise<{ checked: number; found: OrderOffLedger[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: OrderOffLedger[] }>(
      `WITH lines AS (
         SELECT order_id, sum(allocated)::bigint AS allocated, sum(shipped)::bigint AS shipped FROM order_lines
         WHERE order_id > :after AND order_id <= :upTo GROUP BY order_id
       ), given AS (
         SELECT a.order_id,
           coalesce(sum(a.quantity) FILTER (WHERE a.state = 'allocated'), 0)::bigint AS allocated,
           coalesce(sum(a.quantity) FILTER (WHERE a.state = 'shipped'), 0)::bigint AS shipped,
           coalesce(sum(a.quantity * u.units) FILTER (WHERE a.state = 'allocated'), 0)::bigint AS held,
           coalesce(sum(a.quantity * u.units) FILTER (WHERE a.state = 'shipped'), 0)::bigint AS gone,
           coalesce(sum(a.quantity * u.units) FILTER (WHERE a.state = 'allocated' AND a.picked_at IS NOT NULL), 0)::bigint AS picked
         FROM allocations a JOIN order_lines l ON l.id = a.line_id CROSS JOIN LATERAL (
           SELECT coalesce((SELECT sum((c->>'quantity')::int) FROM jsonb_array_elements(l.components) c), 1) AS units) u
         WHERE a.order_id > :after AND a.order_id <= :upTo GROUP BY a.order_id
       ), moved AS (
         SELECT document, sum(reserved_delta)::bigint AS reserved, sum(on_hand_delta)::bigint AS on_hand,
           sum(picked_delta)::bigint AS picked FROM stock_movements
         WHERE document > :after AND document <= :upTo AND reason IN ('allocated', 'picked', 'put_back', 'released', 'given_up', 'shipped') GROUP BY document
       )
       SELECT l.order_id AS "orderId", coalesce(g.held, l.allocated) AS allocated, coalesce(g.gone, l.shipped) AS shipped,
         coalesce(m.reserved, 0) AS "movedReserved", coalesce(m.on_hand, 0) AS "movedOnHand",
         coalesce(g.picked, 0) AS picked, coalesce(m.picked, 0) AS "movedPicked",
         (l.allocated, l.shipped) <> (coalesce(g.allocated, 0), coalesce(g.shipped, 0)) AS "torn"
       FROM lines l LEFT JOIN given g ON g.order_id = l.order_id LEFT JOIN moved m ON m.document = l.order_id
       WHERE (coalesce(g.held, 0), coalesce(g.gone, 0), coalesce(g.picked, 0))
           <> (coalesce(m.reserved, 0), -coalesce(m.on_hand, 0), coalesce(m.picked, 0))
         OR (l.allocated, l.shipped) <> (coalesce(g.allocated, 0), coalesce(g.shipped, 0))`,
      { ...range },
    );
    return rows;
  });
