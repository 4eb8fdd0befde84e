import type { Knex } from 'knex';

/**
 * What channels may promise and are told: fields of a stock rule that are not given leave the word to the more general rule; when
 * an item counts as low and as back; what was signalled; and what outside systems said is on hand.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
ALTER TABLE channel_stock_rules
  ALTER COLUMN buffer_units DROP NOT NULL, ALTER COLUMN buffer_units DROP DEFAULT,
  ALTER COLUMN buffer_percent DROP NOT NULL, ALTER COLUMN buffer_percent DROP DEFAULT,
  ADD COLUMN low_units bigint CHECK (low_units >= 0),
  ADD COLUMN back_units bigint CHECK (back_units > 0),
  ADD CONSTRAINT low_and_back_together CHECK ((low_units IS NULL) = (back_units IS NULL)),
  ADD CONSTRAINT back_is_above_low CHECK (back_units > low_units),
  ADD CONSTRAINT rules_something CHECK (num_nonnulls(buffer_units, buffer_percent, shortage, low_units) > 0);

CREATE TABLE stock_signals (
  sku text NOT NULL REFERENCES items(sku),
  channel text NOT NULL,
  state text NOT NULL CHECK (state IN ('ok', 'low', 'out')),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sku, channel)
);

CREATE TABLE stock_events (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  type text NOT NULL CHECK (type IN ('stock.low', 'stock.out', 'stock.back')),
  sku text NOT NULL REFERENCES items(sku),
  channel text NOT NULL,
  available bigint NOT NULL CHECK (available >= 0),
  at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz
);
CREATE INDEX stock_events_to_deliver ON stock_events (sequence) WHERE delivered_at IS NULL;
CREATE INDEX stock_events_delivered ON stock_events (delivered_at) WHERE delivered_at IS NOT NULL;

CREATE TABLE stock_sync_levels (
  sku text NOT NULL,
  location text NOT NULL,
  on_hand bigint NOT NULL,
  as_of timestamptz NOT NULL,
  problem text,
  document text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sku, location)
);
CREATE INDEX stock_sync_problems ON stock_sync_levels (sku, location) WHERE problem IS NOT NULL;
CREATE INDEX stock_movements_by_time ON stock_movements (sku, location, at) WHERE on_hand_delta <> 0;
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
