import { prepared, type Transaction } from '../prepared';

export interface ShortLine {
  sku: string;
  wanted: number;
  /** What the best single location could give. */
  available: number;
}

export type Reservation = { kind: 'reserved'; location: string } | { kind: 'short'; lines: ShortLine[] };

/** Somebody else took the stock between the look and the reservation: roll back and try again from the start. */
export class StockRaceLost extends Error {
  override readonly name = 'StockRaceLost';
}

/**
 * Reserves everything the order's lines ask for at the best single location, or nothing. Demand is summed per SKU first, rows
 * are locked in SKU order (no deadlock), and the update repeats the condition, so that it holds for the row as it is when the
 * lock is granted; the CHECK `never_oversold` stands behind it. One statement: no lock is held over a round trip more than needed.
 * @throws {StockRaceLost} nothing is reserved; run the whole transaction again.
 */
export async function reserveStock(transaction: Transaction, orderId: string, actor: string): Promise<Reservation> {
  const { rows } = await prepared<{ rows: [{ location: string | null; reserved: number; wanted: number }] }>(
    transaction,
    `WITH demand AS (
       SELECT sku, sum(quantity - cancelled)::bigint AS wanted FROM order_lines WHERE order_id = :orderId GROUP BY sku
     ), best AS (
       SELECT l.id FROM locations l
       WHERE NOT EXISTS (
         SELECT FROM demand d LEFT JOIN stock_levels s ON s.sku = d.sku AND s.location = l.id
         WHERE s.sku IS NULL OR s.on_hand - s.reserved - s.safety_stock < d.wanted)
       ORDER BY l.priority, l.id LIMIT 1
     ), locked AS (
       SELECT s.sku, s.on_hand - s.reserved - s.safety_stock AS available FROM stock_levels s
       WHERE s.location = (SELECT id FROM best) AND s.sku IN (SELECT sku FROM demand)
       ORDER BY s.sku FOR UPDATE
     ), enough AS (
       SELECT bool_and(locked.available >= d.wanted) AS yes FROM demand d JOIN locked USING (sku)
     ), taken AS (
       UPDATE stock_levels s SET reserved = s.reserved + d.wanted, updated_at = now()
       FROM demand d
       WHERE s.sku = d.sku AND s.location = (SELECT id FROM best) AND (SELECT yes FROM enough)
         AND s.on_hand - s.reserved - s.safety_stock >= d.wanted
       RETURNING s.sku, s.location, d.wanted
     ), moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       SELECT sku, location, 0, wanted, 'allocated', :orderId, :actor FROM taken
     ), allocated AS (
       UPDATE order_lines SET allocated = quantity - cancelled, location = (SELECT id FROM best)
       WHERE order_id = :orderId AND EXISTS (SELECT FROM taken)
     )
     SELECT (SELECT id FROM best) AS location, (SELECT count(*) FROM taken)::int AS reserved, (SELECT count(*) FROM demand)::int AS wanted`,
    { orderId, actor },
  );
  const { location, reserved, wanted } = rows[0];
  if (location === null) return { kind: 'short', lines: await findShortLines(transaction, orderId) };
  if (reserved !== wanted) throw new StockRaceLost(`stock at ${location} was taken by another order`);
  return { kind: 'reserved', location };
}

/** The lines that the location nearest to serving the whole order falls short of. */
async function findShortLines(transaction: Transaction, orderId: string): Promise<ShortLine[]> {
  const { rows } = await prepared<{ rows: ShortLine[] }>(
    transaction,
    `WITH demand AS (
       SELECT sku, sum(quantity - cancelled)::bigint AS wanted FROM order_lines WHERE order_id = :orderId GROUP BY sku
     ), offers AS (
       SELECT l.id, l.priority, d.sku, d.wanted, greatest(coalesce(s.on_hand - s.reserved - s.safety_stock, 0), 0) AS available
       FROM demand d CROSS JOIN locations l LEFT JOIN stock_levels s ON s.sku = d.sku AND s.location = l.id
     ), nearest AS (
       SELECT id FROM offers GROUP BY id, priority ORDER BY sum(greatest(wanted - available, 0)), priority, id LIMIT 1
     )
     SELECT d.sku, d.wanted, coalesce(o.available, 0) AS available
     FROM demand d LEFT JOIN offers o ON o.sku = d.sku AND o.id = (SELECT id FROM nearest)
     WHERE coalesce(o.available, 0) < d.wanted ORDER BY d.sku`,
    { orderId },
  );
  return rows;
}
