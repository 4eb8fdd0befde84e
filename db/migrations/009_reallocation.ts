import type { Knex } from 'knex';

/**
 * Re-allocation: which orders may gain and which may lose, the class of those that wait as a rank before their priority, and what
 * each run changed. An order that gives up units waits for stock again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
CREATE TABLE reallocation_classes (
  channel text CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  minimum_priority int,
  class text NOT NULL CHECK (class IN ('win', 'keep', 'fill', 'lose')),
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_class UNIQUE NULLS NOT DISTINCT (channel, minimum_priority)
);

ALTER TABLE backorders ADD COLUMN class_rank smallint NOT NULL DEFAULT 0;
DROP INDEX backorders_by_sku;
CREATE INDEX backorders_by_sku ON backorders (sku, class_rank DESC, priority DESC, asked_at);

CREATE TABLE reallocation_runs (
  id text PRIMARY KEY,
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed')),
  sku text REFERENCES items(sku),
  dry_run boolean NOT NULL,
  requested_by text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  planned_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT reallocation_completed_or_running CHECK ((status = 'completed') = (ended_at IS NOT NULL))
);

CREATE TABLE reallocation_lines (
  run_id text NOT NULL REFERENCES reallocation_runs(id),
  sku text NOT NULL,
  order_id text NOT NULL REFERENCES orders(id),
  line_id text NOT NULL REFERENCES order_lines(id),
  class text NOT NULL CHECK (class IN ('win', 'keep', 'fill', 'lose')),
  priority int NOT NULL,
  wanted int NOT NULL CHECK (wanted >= 0),
  had int NOT NULL CHECK (had >= 0),
  gets int NOT NULL CHECK (gets >= 0),
  gives jsonb NOT NULL,
  given_up int CHECK (given_up >= 0),
  PRIMARY KEY (run_id, line_id)
);
CREATE INDEX reallocation_lines_by_sku ON reallocation_lines (run_id, sku, line_id);

ALTER TABLE orders DROP CONSTRAINT legal_transition,
  ADD CONSTRAINT legal_transition CHECK ((previous_status, status) IN (
    ('received', 'received'), ('received', 'awaiting_stock'), ('received', 'awaiting_payment'), ('received', 'on_hold'),
    ('received', 'ready_to_ship'), ('received', 'cancelled'), ('received', 'rejected'), ('received', 'needs_attention'),
    ('awaiting_stock', 'awaiting_stock'), ('awaiting_stock', 'received'), ('awaiting_stock', 'awaiting_payment'),
    ('awaiting_stock', 'on_hold'), ('awaiting_stock', 'ready_to_ship'), ('awaiting_stock', 'partly_shipped'),
    ('awaiting_stock', 'cancelled'), ('awaiting_stock', 'rejected'), ('awaiting_stock', 'needs_attention'),
    ('awaiting_payment', 'awaiting_payment'), ('awaiting_payment', 'awaiting_stock'), ('awaiting_payment', 'on_hold'), ('awaiting_payment', 'ready_to_ship'),
    ('awaiting_payment', 'cancelled'), ('awaiting_payment', 'needs_attention'),
    ('on_hold', 'on_hold'), ('on_hold', 'received'), ('on_hold', 'awaiting_stock'), ('on_hold', 'awaiting_payment'),
    ('on_hold', 'ready_to_ship'), ('on_hold', 'partly_shipped'), ('on_hold', 'shipped'), ('on_hold', 'delivered'),
    ('on_hold', 'completed'), ('on_hold', 'cancelled'), ('on_hold', 'rejected'), ('on_hold', 'needs_attention'),
    ('ready_to_ship', 'ready_to_ship'), ('ready_to_ship', 'awaiting_stock'), ('ready_to_ship', 'awaiting_payment'), ('ready_to_ship', 'on_hold'),
    ('ready_to_ship', 'partly_shipped'), ('ready_to_ship', 'shipped'), ('ready_to_ship', 'cancelled'),
    ('ready_to_ship', 'needs_attention'),
    ('partly_shipped', 'partly_shipped'), ('partly_shipped', 'on_hold'), ('partly_shipped', 'shipped'),
    ('partly_shipped', 'delivered'), ('partly_shipped', 'completed'), ('partly_shipped', 'needs_attention'),
    ('shipped', 'shipped'), ('shipped', 'on_hold'), ('shipped', 'delivered'), ('shipped', 'completed'),
    ('shipped', 'needs_attention'),
    ('delivered', 'delivered'), ('delivered', 'on_hold'), ('delivered', 'completed'), ('delivered', 'needs_attention'),
    ('needs_attention', 'needs_attention'), ('needs_attention', 'received'), ('needs_attention', 'awaiting_stock'),
    ('needs_attention', 'awaiting_payment'), ('needs_attention', 'on_hold'), ('needs_attention', 'ready_to_ship'),
    ('needs_attention', 'partly_shipped'), ('needs_attention', 'shipped'), ('needs_attention', 'delivered'),
    ('needs_attention', 'completed'), ('needs_attention', 'cancelled'), ('needs_attention', 'rejected'),
    ('completed', 'completed'),
    ('cancelled', 'cancelled'),
    ('rejected', 'rejected')
  ));
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
