import type { Knex } from 'knex';

/**
 * The orders of a customer, newest first, straight from an index: all of them were read and sorted before a page was cut.
 * `placed_at` is the `created_at` of the contact's order; both come from the same statement.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
ALTER TABLE order_contacts ADD COLUMN placed_at timestamptz NOT NULL DEFAULT now();
UPDATE order_contacts c SET placed_at = o.created_at FROM orders o WHERE o.id = c.order_id;
CREATE INDEX order_contacts_by_email_and_time ON order_contacts (lower(email), placed_at DESC, order_id DESC);
DROP INDEX order_contacts_by_email;
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
