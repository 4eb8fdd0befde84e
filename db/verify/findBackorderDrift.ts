import type { Database } from '../connection';

export interface DriftingBackorder {
  orderId: string;
  lineId: string;
  /** The item; of a kit, a component. */
  sku: string;
  /** What the line waits for. */
  missing: number;
  /** What is claimed for it. */
  claimed: number;
}

/** Lines whose missing units are not what is claimed for them of what comes in. */
export async function findBackorderDrift(database: Database): Promise<{ checked: number; found: DriftingBackorder[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingBackorder[] }>(
    `SELECT coalesce(b.order_id, w.order_id) AS "orderId", line_id AS "lineId", sku, coalesce(w.units, 0)::bigint AS missing,
       coalesce(b.units, 0) AS claimed
     FROM backorders b FULL JOIN (
       SELECT l.order_id, l.id AS line_id, u.sku, l.backordered * u.quantity AS units FROM order_lines l CROSS JOIN LATERAL
         jsonb_to_recordset(coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1))))
           AS u(sku text, quantity int)
       WHERE l.backordered > 0
     ) w USING (line_id, sku)
     WHERE coalesce(b.units, 0) <> coalesce(w.units, 0) ORDER BY 1, 2, 3`,
  );
  const { rows } = await database.raw<{ rows: [{ lines: number }] }>(
    'SELECT count(*)::int AS lines FROM order_lines WHERE backordered > 0',
  );
  return { checked: rows[0].lines, found };
}
