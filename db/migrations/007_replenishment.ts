import type { Knex } from 'knex';

/** What is bought and when it comes: purchase orders, what is expected, rules of reordering, and what the nightly run suggests. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
CREATE TABLE expected_stock (
  document text NOT NULL,
  line int NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  units bigint NOT NULL CHECK (units > 0),
  expected_at timestamptz NOT NULL,
  PRIMARY KEY (document, line, sku, location),
  FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);
CREATE INDEX expected_stock_by_level ON expected_stock (sku, location, expected_at);

CREATE TABLE purchase_orders (
  id text PRIMARY KEY,
  supplier text NOT NULL,
  location text NOT NULL REFERENCES locations(id),
  currency text NOT NULL,
  status text NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'ordered', 'partly_received', 'received', 'closed', 'cancelled')),
  over_receipt_percent int NOT NULL DEFAULT 0 CHECK (over_receipt_percent BETWEEN 0 AND 100),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  ordered_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT ordered_before_anything_comes
    CHECK (status IN ('draft', 'cancelled') OR ordered_at IS NOT NULL),
  CONSTRAINT ended_or_open CHECK ((status IN ('closed', 'cancelled')) = (ended_at IS NOT NULL))
);
CREATE INDEX purchase_order_drafts ON purchase_orders (location, supplier) WHERE status = 'draft';

CREATE TABLE purchase_order_lines (
  purchase_order_id text NOT NULL REFERENCES purchase_orders(id),
  number int NOT NULL CHECK (number > 0),
  sku text NOT NULL REFERENCES items(sku),
  quantity bigint NOT NULL CHECK (quantity > 0),
  receivable bigint NOT NULL,
  received bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
  unit_cost bigint NOT NULL CHECK (unit_cost >= 0),
  expected_at timestamptz NOT NULL,
  PRIMARY KEY (purchase_order_id, number),
  CONSTRAINT tolerance_adds CHECK (receivable >= quantity),
  CONSTRAINT within_tolerance CHECK (received <= receivable)
);
CREATE INDEX purchase_order_lines_by_sku ON purchase_order_lines (sku);

CREATE TABLE purchase_receipts (
  purchase_order_id text NOT NULL,
  number int NOT NULL CHECK (number > 0),
  line int NOT NULL,
  units bigint NOT NULL CHECK (units > 0),
  lot text,
  expires_on date,
  document text,
  received_by text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (purchase_order_id, number),
  FOREIGN KEY (purchase_order_id, line) REFERENCES purchase_order_lines(purchase_order_id, number)
);

CREATE TABLE reorder_rules (
  id text PRIMARY KEY,
  sku text NOT NULL,
  location text NOT NULL,
  policy jsonb NOT NULL CHECK (policy ->> 'type' IN ('min_max', 'reorder_point', 'periodic', 'days_of_cover')),
  multiple int NOT NULL DEFAULT 1 CHECK (multiple > 0),
  minimum_order bigint NOT NULL DEFAULT 0 CHECK (minimum_order >= 0),
  lead_time_days int CHECK (lead_time_days >= 0),
  lead_time_sd_days double precision NOT NULL DEFAULT 0 CHECK (lead_time_sd_days >= 0),
  service_level double precision NOT NULL DEFAULT 0.95 CHECK (service_level > 0 AND service_level < 1),
  supplier text,
  unit_cost bigint CHECK (unit_cost >= 0),
  currency text,
  max_units bigint CHECK (max_units >= 0),
  reviewed_on date,
  snoozed_until date,
  updated_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_rule_per_level UNIQUE (sku, location),
  CONSTRAINT cost_of_rule_has_a_currency CHECK ((unit_cost IS NULL) = (currency IS NULL)),
  FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);

CREATE TABLE replenishment_runs (
  id text PRIMARY KEY,
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
  requested_by text NOT NULL,
  window_days int NOT NULL CHECK (window_days > 0),
  rules int NOT NULL DEFAULT 0,
  suggestions int NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT ended_or_running CHECK ((status = 'running') = (ended_at IS NULL))
);

CREATE TABLE replenishment_suggestions (
  id text PRIMARY KEY,
  run_id text NOT NULL REFERENCES replenishment_runs(id),
  sku text NOT NULL REFERENCES items(sku),
  location text NOT NULL REFERENCES locations(id),
  supplier text,
  quantity bigint NOT NULL CHECK (quantity > 0),
  expected_at timestamptz NOT NULL,
  explanation jsonb NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'approved', 'dismissed', 'replaced')),
  purchase_order_id text REFERENCES purchase_orders(id),
  decided_by text,
  note text,
  created_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  CONSTRAINT one_suggestion_per_run UNIQUE (run_id, sku, location),
  CONSTRAINT approved_is_on_a_purchase_order CHECK ((status = 'approved') = (purchase_order_id IS NOT NULL)),
  CONSTRAINT open_or_decided CHECK ((status = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX one_open_suggestion_per_level ON replenishment_suggestions (sku, location) WHERE status = 'open';
CREATE INDEX replenishment_suggestions_by_level ON replenishment_suggestions (sku, location, id);
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
