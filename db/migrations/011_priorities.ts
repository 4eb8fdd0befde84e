import type { Knex } from 'knex';

/**
 * Who is served first: those that wait with one class and priority go by what they were promised, the earlier day first, before the time
 * at which they asked. No promise is `infinity`, so that it comes last. And the ledger of stock as a feed that loses nothing: in the
 * order of transactions, as the events of orders.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
UPDATE orders SET priority = least(greatest(priority, -9), 9) WHERE priority NOT BETWEEN -9 AND 9;
ALTER TABLE orders ADD CONSTRAINT priority_in_range CHECK (priority BETWEEN -9 AND 9);

ALTER TABLE backorders ADD COLUMN promised_at timestamptz NOT NULL DEFAULT 'infinity';
UPDATE backorders b SET priority = o.priority, promised_at = coalesce(l.first_promised_at, 'infinity')
  FROM order_lines l, orders o WHERE l.id = b.line_id AND o.id = b.order_id;
DROP INDEX backorders_by_sku;
CREATE INDEX backorders_by_sku ON backorders (sku, class_rank DESC, priority DESC, promised_at, asked_at);

ALTER TABLE stock_movements ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX stock_movements_feed ON stock_movements (transaction, id);
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
