import type { Database } from '../connection';

/** `has` and `should` are units: of a level what is incoming and what is under way; of a purchase order what is noted and what is open. */
export interface ExpectedDrift {
  id: string;
  kind: 'level' | 'purchase_order' | 'receipts';
  has: number;
  should: number;
}

/**
 * Levels whose incoming is not what purchase orders expect and transfers have under way, purchase orders of which something else is expected than is open, and
 * those whose lines have received something else than their receipts say.
 */
export async function findExpectedDrift(database: Database): Promise<{ checked: number; found: ExpectedDrift[] }> {
  const { rows: found } = await database.raw<{ rows: ExpectedDrift[] }>(
    `WITH lines AS (
       SELECT l.purchase_order_id AS id, sum(l.received)::bigint AS received,
         sum(CASE WHEN p.status IN ('ordered', 'partly_received', 'received')
           THEN greatest(l.quantity - l.received, 0) ELSE 0 END)::bigint AS open
       FROM purchase_order_lines l JOIN purchase_orders p ON p.id = l.purchase_order_id GROUP BY l.purchase_order_id
     ), receipts AS (
       SELECT purchase_order_id AS id, sum(units)::bigint AS units FROM purchase_receipts GROUP BY purchase_order_id
     ), expected AS (
       SELECT document AS id, sum(units)::bigint AS units FROM expected_stock GROUP BY document
     ), by_level AS (
       SELECT sku, location, sum(units)::bigint AS units FROM (
         SELECT e.sku, e.location, e.units FROM expected_stock e JOIN purchase_orders p ON p.id = e.document
         UNION ALL
         SELECT l.sku, t.destination, u.shipped - u.received - u.short FROM transfers t
           JOIN transfer_lines l ON l.transfer_id = t.id
           JOIN transfer_parcels u ON u.transfer_id = t.id AND u.number = l.number
       ) under_way GROUP BY sku, location
     )
     SELECT s.sku || '@' || s.location AS id, 'level' AS kind, s.incoming AS has, coalesce(e.units, 0) AS should
     FROM stock_levels s LEFT JOIN by_level e USING (sku, location) WHERE s.incoming <> coalesce(e.units, 0)
     UNION ALL
     SELECT l.id, 'purchase_order', coalesce(e.units, 0), l.open FROM lines l LEFT JOIN expected e USING (id)
     WHERE l.open <> coalesce(e.units, 0)
     UNION ALL
     SELECT l.id, 'receipts', l.received, coalesce(r.units, 0) FROM lines l LEFT JOIN receipts r USING (id)
     WHERE l.received <> coalesce(r.units, 0)
     ORDER BY 1, 2`,
  );
  const { rows } = await database.raw<{ rows: [{ checked: number }] }>(
    'SELECT ((SELECT count(*) FROM stock_levels) + (SELECT count(*) FROM purchase_orders))::int AS checked',
  );
  return { checked: rows[0].checked, found };
}
