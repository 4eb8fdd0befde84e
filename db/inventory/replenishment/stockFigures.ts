/**
 * Parts of statements over `stock_levels s`. Backorders are of an item and no place: they count once, where a rule of the item
 * comes first by the priority of its place, or without a rule at the first place that has a level of it.
 */
export const BACKORDERS_HERE = `(SELECT coalesce(sum(b.units), 0)::bigint FROM backorders b
  WHERE b.sku = s.sku AND s.location = (
    SELECT o.location FROM stock_levels o JOIN locations p ON p.id = o.location
      LEFT JOIN reorder_rules w ON w.sku = o.sku AND w.location = o.location
    WHERE o.sku = s.sku ORDER BY w.id IS NULL, p.kind = 'in_transit', p.priority, p.id LIMIT 1))`;

/** Units on drafts of purchase orders: nobody has ordered them yet. */
export const DRAFTED_HERE = `(SELECT coalesce(sum(l.quantity), 0)::bigint FROM purchase_order_lines l
  JOIN purchase_orders p ON p.id = l.purchase_order_id
  WHERE l.sku = s.sku AND p.location = s.location AND p.status = 'draft')`;

/**
 * What was shipped to customers from here, in whole days of UTC before `:day`, `:window` of them at most, and no more than since
 * the level's first movement: `days`, `units` and the sum of the squares of the daily units.
 */
export const DEMAND_HERE = `LATERAL (
  SELECT coalesce((SELECT least(:window::int, greatest(:day::date - (m.at AT TIME ZONE 'UTC')::date, 0))
      FROM stock_movements m WHERE m.sku = s.sku AND m.location = s.location ORDER BY m.id LIMIT 1), 0) AS days,
    coalesce(sum(d.units), 0)::bigint AS units, coalesce(sum(d.units * d.units), 0)::float8 AS squares
  FROM (SELECT -sum(m.on_hand_delta) AS units FROM stock_movements m
    WHERE m.sku = s.sku AND m.location = s.location AND m.on_hand_delta < 0 AND m.reason = 'shipped'
      AND m.at >= (:day::date - :window::int)::timestamp AT TIME ZONE 'UTC' AND m.at < :day::date::timestamp AT TIME ZONE 'UTC'
    GROUP BY (m.at AT TIME ZONE 'UTC')::date) d)`;
