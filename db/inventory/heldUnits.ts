/**
 * What allocations `a` take from the shelf: rows of sku, location, quantity and how much of it is picked, to be
 * grouped by the first two. A kit takes its
 * components, as many of each as the line says that one unit has.
 */
export const HELD_UNITS = `
  SELECT u.sku, a.location, sum(a.quantity * u.quantity)::bigint AS quantity,
    coalesce(sum(a.quantity * u.quantity) FILTER (WHERE a.picked_at IS NOT NULL), 0)::bigint AS picked
  FROM allocations a JOIN order_lines l ON l.id = a.line_id
  CROSS JOIN LATERAL jsonb_to_recordset(
    coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1)))) AS u(sku text, quantity int)`;
