import type { OrderStatuses } from '../../domain/orders/facts';
import type { Database } from '../connection';

/** What lists, search and reports say of an order. */
export interface Projection extends OrderStatuses {
  orderId: string;
  attention: string | null;
  /** Ids of the open ones. */
  holds: string[];
  version: number;
  /** Changes that carriers' scans and the warehouse made without the workflow, which so far does not know of them. */
  unseen: number;
}

/** Those of the orders that are open. */
export async function readProjections(
  database: Database,
  orderIds: readonly string[],
): Promise<Map<string, Projection>> {
  const { rows } = await database.raw<{ rows: Projection[] }>(
    `SELECT o.id AS "orderId", o.status, o.payment_status AS "paymentStatus", o.fulfilment_status AS "fulfilmentStatus",
       o.attention, o.version,
       (SELECT coalesce(json_agg(h.id ORDER BY h.placed_at, h.id), '[]') FROM order_holds h
          WHERE h.order_id = o.id AND h.released_at IS NULL) AS holds,
       (SELECT count(*)::int FROM order_events e WHERE e.order_id = o.id AND (e.type = 'parcel.picked'
          OR (e.actor = 'carrier' AND e.type NOT IN ('shipment.picked_up', 'shipment.delivered')))) AS unseen
     FROM orders o WHERE o.id = ANY(?) AND o.closed_at IS NULL`,
    [[...orderIds]],
  );
  return new Map(rows.map((row) => [row.orderId, row]));
}
