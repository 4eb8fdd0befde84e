import type { Knex } from 'knex';

/**
 * Papers that move stock: transfers, counts and imported files; what of a lot may not be sold; and who changed what of a level
 * beside the ledger.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
ALTER TABLE stock_lots
  ADD COLUMN damaged bigint NOT NULL DEFAULT 0 CHECK (damaged >= 0),
  ADD COLUMN quality_hold bigint NOT NULL DEFAULT 0 CHECK (quality_hold >= 0),
  ADD CONSTRAINT lot_has_what_is_held_back CHECK (damaged + quality_hold <= on_hand);

CREATE TABLE stock_level_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL,
  location text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('safety_stock', 'rebuilt')),
  was jsonb NOT NULL,
  became jsonb NOT NULL,
  reason text NOT NULL,
  document text,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);
CREATE INDEX stock_level_changes_by_level ON stock_level_changes (sku, location, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_level_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE transfers (
  id text PRIMARY KEY,
  origin text NOT NULL REFERENCES locations(id),
  destination text NOT NULL REFERENCES locations(id),
  status text NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'shipped', 'partly_received', 'received', 'received_short', 'cancelled')),
  note text,
  short_reason text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expected_at timestamptz,
  shipped_at timestamptz,
  closed_at timestamptz,
  CONSTRAINT goes_somewhere CHECK (origin <> destination),
  CONSTRAINT short_with_a_reason CHECK ((status = 'received_short') = (short_reason IS NOT NULL))
);
CREATE INDEX transfers_by_status ON transfers (status, id);

CREATE TABLE transfer_lines (
  transfer_id text NOT NULL REFERENCES transfers(id),
  number int NOT NULL CHECK (number > 0),
  sku text NOT NULL REFERENCES items(sku),
  lot text,
  quantity bigint NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (transfer_id, number)
);
CREATE INDEX transfer_lines_by_sku ON transfer_lines (sku);

CREATE TABLE transfer_parcels (
  transfer_id text NOT NULL,
  number int NOT NULL,
  lot text NOT NULL DEFAULT '',
  expires_on date,
  shipped bigint NOT NULL CHECK (shipped > 0),
  received bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
  short bigint NOT NULL DEFAULT 0 CHECK (short >= 0),
  PRIMARY KEY (transfer_id, number, lot),
  FOREIGN KEY (transfer_id, number) REFERENCES transfer_lines(transfer_id, number),
  CONSTRAINT no_more_than_was_sent CHECK (received + short <= shipped)
);

CREATE TABLE stock_counts (
  id text PRIMARY KEY,
  location text NOT NULL REFERENCES locations(id),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'awaiting_approval', 'posted', 'rejected')),
  skus text[],
  tolerance_units bigint NOT NULL DEFAULT 0 CHECK (tolerance_units >= 0),
  tolerance_value bigint CHECK (tolerance_value >= 0),
  tolerance_currency text,
  note text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  submitted_by text,
  submitted_at timestamptz,
  beyond_tolerance text,
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  CONSTRAINT tolerance_has_a_currency CHECK ((tolerance_value IS NULL) = (tolerance_currency IS NULL))
);
CREATE INDEX stock_counts_by_status ON stock_counts (status, id);

CREATE TABLE stock_count_lines (
  count_id text NOT NULL REFERENCES stock_counts(id),
  sku text NOT NULL REFERENCES items(sku),
  lot text NOT NULL DEFAULT '',
  expires_on date,
  counted bigint CHECK (counted >= 0),
  on_hand bigint,
  last_movement bigint,
  counted_by text,
  counted_key text,
  counted_at timestamptz,
  PRIMARY KEY (count_id, sku, lot),
  CONSTRAINT counted_whole CHECK (num_nulls(counted, on_hand, last_movement, counted_by, counted_key, counted_at) IN (0, 6))
);

CREATE TABLE stock_import_rows (
  document text PRIMARY KEY,
  sku text NOT NULL,
  location text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('ok', 'unchanged')),
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
