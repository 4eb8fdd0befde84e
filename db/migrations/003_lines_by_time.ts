import type { Knex } from 'knex';

/**
 * The orders of an item, newest first, straight from an index: they were sorted, or searched for among all, which took the
 * longer the more there were. `placed_at` is the `created_at` of the line's order; both come from the same statement.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
ALTER TABLE order_lines ADD COLUMN placed_at timestamptz NOT NULL DEFAULT now();
UPDATE order_lines l SET placed_at = o.created_at FROM orders o WHERE o.id = l.order_id;
CREATE INDEX order_lines_by_sku_and_time ON order_lines (sku, placed_at DESC, order_id DESC);
DROP INDEX order_lines_by_sku;
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
