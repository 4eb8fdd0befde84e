import type { LotUnits } from '../../../domain/inventory/picking/chooseLots';
import type { ParcelToPick } from '../../../domain/inventory/picking/whyNotPick';
import { prepared, type Transaction } from '../../prepared';

export interface PartOfParcel {
  lineId: string;
  sku: string;
  quantity: number;
}

export interface ParcelRecord extends ParcelToPick {
  location: string;
  pickedAt: Date | null;
  pickedBy: string | null;
  lines: PartOfParcel[];
  /** Of items that are tracked by lot; of components, where a line is a kit. */
  lots: (LotUnits & { sku: string })[];
}

/** A parcel of an order, by its number. @returns undefined when the order never had it. */
export async function readParcelToPick(
  transaction: Transaction,
  { orderId, number }: { orderId: string; number: number },
): Promise<ParcelRecord | undefined> {
  const { rows } = await prepared<{ rows: ParcelRecord[] }>(transaction, READ, { orderId, number });
  return rows[0];
}

const READ = `
SELECT o.status AS "orderStatus", o.attention,
  o.payment_status NOT IN ('pending', 'failed', 'voided')
    OR o.grand_total <= (SELECT sum(cancelled * unit_price) FROM order_lines WHERE order_id = o.id) AS paid,
  max(a.location) AS location, max(a.picked_at) AS "pickedAt", max(a.picked_by) AS "pickedBy",
  (SELECT coalesce(json_agg(json_build_object('id', id, 'type', type) ORDER BY placed_at, id), '[]') FROM order_holds
    WHERE order_id = o.id AND released_at IS NULL) AS holds,
  bool_or(a.state = 'allocated') AS allocated, bool_or(a.picked_at IS NOT NULL) AS picked, bool_or(a.state = 'shipped') AS shipped,
  EXISTS (SELECT FROM shipments s WHERE s.order_id = o.id AND s.number = :number AND s.status = 'cancelled') AS "calledOff",
  coalesce(json_agg(json_build_object('lineId', l.id, 'sku', l.sku, 'quantity', a.quantity) ORDER BY l.position)
    FILTER (WHERE a.state <> 'released'), '[]') AS lines,
  (SELECT coalesce(json_agg(json_build_object('sku', sku, 'lot', lot, 'units', units) ORDER BY sku, lot), '[]') FROM parcel_lots
    WHERE order_id = o.id AND number = :number) AS lots
FROM orders o JOIN allocations a ON a.order_id = o.id AND a.number = :number JOIN order_lines l ON l.id = a.line_id
WHERE o.id = :orderId GROUP BY o.id`;
