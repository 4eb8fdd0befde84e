import type { Knex } from 'knex';

/**
 * What stock is and where: items with what purchasing and picking must know, kits, places with coordinates and limits, buckets
 * beside on hand, lots, and which units of which line an order has where. A line had one place; it may have several now.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
ALTER TABLE items
  ADD COLUMN category text,
  ADD COLUMN pack_size int NOT NULL DEFAULT 1 CHECK (pack_size > 0),
  ADD COLUMN lead_time_days int NOT NULL DEFAULT 0 CHECK (lead_time_days >= 0),
  ADD COLUMN unit_cost bigint CHECK (unit_cost >= 0),
  ADD COLUMN cost_currency text,
  ADD COLUMN tracking text NOT NULL DEFAULT 'none' CHECK (tracking IN ('none', 'lot')),
  ADD COLUMN shortage text CHECK (shortage IN ('reject', 'backorder', 'preorder', 'partial')),
  ADD COLUMN available_from timestamptz,
  ADD COLUMN version int NOT NULL DEFAULT 1,
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
  ADD CONSTRAINT cost_has_a_currency CHECK ((unit_cost IS NULL) = (cost_currency IS NULL));

CREATE TABLE item_components (
  kit text NOT NULL REFERENCES items(sku),
  sku text NOT NULL REFERENCES items(sku),
  quantity int NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (kit, sku),
  CONSTRAINT no_kit_of_itself CHECK (kit <> sku)
);
CREATE INDEX item_components_by_sku ON item_components (sku);

ALTER TABLE locations
  ADD COLUMN kind text NOT NULL DEFAULT 'warehouse' CHECK (kind IN ('warehouse', 'store', 'drop_ship', 'in_transit')),
  ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180),
  ADD COLUMN daily_capacity int CHECK (daily_capacity >= 0),
  ADD COLUMN cut_off time,
  ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
  ADD COLUMN channels text[],
  ADD COLUMN active boolean NOT NULL DEFAULT true,
  ADD COLUMN version int NOT NULL DEFAULT 1,
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
  ADD CONSTRAINT both_coordinates CHECK ((latitude IS NULL) = (longitude IS NULL));

ALTER TABLE stock_levels
  ADD COLUMN damaged bigint NOT NULL DEFAULT 0 CHECK (damaged >= 0),
  ADD COLUMN quality_hold bigint NOT NULL DEFAULT 0 CHECK (quality_hold >= 0),
  DROP CONSTRAINT never_oversold,
  ADD CONSTRAINT never_oversold CHECK (reserved + damaged + quality_hold <= on_hand),
  ADD COLUMN available bigint GENERATED ALWAYS AS (on_hand - reserved - damaged - quality_hold - safety_stock) STORED;

ALTER TABLE stock_movements
  ADD COLUMN damaged_delta bigint NOT NULL DEFAULT 0,
  ADD COLUMN quality_hold_delta bigint NOT NULL DEFAULT 0,
  ADD COLUMN incoming_delta bigint NOT NULL DEFAULT 0,
  ADD COLUMN lot text,
  DROP CONSTRAINT stock_movements_check,
  ADD CONSTRAINT something_moves CHECK (
    (on_hand_delta, reserved_delta, damaged_delta, quality_hold_delta, incoming_delta) <> (0, 0, 0, 0, 0));

CREATE TABLE stock_lots (
  sku text NOT NULL,
  location text NOT NULL,
  lot text NOT NULL,
  expires_on date,
  received_at timestamptz NOT NULL DEFAULT now(),
  on_hand bigint NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  PRIMARY KEY (sku, location, lot),
  FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);
CREATE INDEX stock_lots_by_expiry ON stock_lots (expires_on) WHERE on_hand > 0;

ALTER TABLE orders ADD COLUMN priority int NOT NULL DEFAULT 0, ADD COLUMN reservation_id text;
ALTER TABLE order_lines
  ADD COLUMN components jsonb,
  ADD COLUMN shortage text NOT NULL DEFAULT 'reject' CHECK (shortage IN ('reject', 'backorder', 'preorder', 'partial')),
  ADD COLUMN promised_at timestamptz,
  ADD COLUMN promise_asked boolean NOT NULL DEFAULT false,
  ADD COLUMN first_promised_at timestamptz;

CREATE TABLE allocations (
  order_id text NOT NULL REFERENCES orders(id),
  number int NOT NULL CHECK (number > 0),
  line_id text NOT NULL REFERENCES order_lines(id),
  location text NOT NULL REFERENCES locations(id),
  quantity int NOT NULL CHECK (quantity > 0),
  state text NOT NULL DEFAULT 'allocated' CHECK (state IN ('allocated', 'shipped', 'released')),
  capacity_day date,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, number, line_id)
);
CREATE INDEX allocations_at ON allocations (location) WHERE state = 'allocated';
INSERT INTO allocations (order_id, number, line_id, location, quantity, state, created_at)
SELECT order_id, 1, id, location, allocated + fulfilled, CASE WHEN allocated > 0 THEN 'allocated' ELSE 'shipped' END, placed_at
  FROM order_lines WHERE allocated + fulfilled > 0;
ALTER TABLE order_lines DROP COLUMN location;

CREATE TABLE backorders (
  line_id text NOT NULL REFERENCES order_lines(id),
  sku text NOT NULL REFERENCES items(sku),
  order_id text NOT NULL REFERENCES orders(id),
  channel text NOT NULL,
  units bigint NOT NULL CHECK (units > 0),
  priority int NOT NULL DEFAULT 0,
  asked_at timestamptz NOT NULL DEFAULT now(),
  offered_at timestamptz,
  PRIMARY KEY (line_id, sku)
);
CREATE INDEX backorders_by_sku ON backorders (sku, priority DESC, asked_at);
CREATE INDEX backorders_by_order ON backorders (order_id);

CREATE TABLE reservations (
  id text PRIMARY KEY,
  channel text NOT NULL,
  owner text NOT NULL,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ordered', 'released', 'expired')),
  lines jsonb NOT NULL,
  country text,
  expires_at timestamptz NOT NULL,
  order_id text REFERENCES orders(id),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT ended_or_active CHECK ((state = 'active') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX one_active_reservation_per_owner ON reservations (channel, owner) WHERE state = 'active';
CREATE INDEX reservations_to_expire ON reservations (expires_at) WHERE state = 'active';
ALTER TABLE orders ADD CONSTRAINT orders_reservation_fkey FOREIGN KEY (reservation_id) REFERENCES reservations(id);

CREATE TABLE reservation_units (
  reservation_id text NOT NULL REFERENCES reservations(id),
  sku text NOT NULL,
  location text NOT NULL,
  units bigint NOT NULL CHECK (units > 0),
  PRIMARY KEY (reservation_id, sku, location),
  FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);

CREATE TABLE location_days (
  location text NOT NULL REFERENCES locations(id),
  day date NOT NULL,
  taken int NOT NULL CHECK (taken >= 0),
  PRIMARY KEY (location, day)
);

CREATE TABLE sourcing_strategies (
  channel text NOT NULL CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  version int NOT NULL,
  strategy jsonb NOT NULL,
  comment text,
  active boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel, version)
);
CREATE UNIQUE INDEX one_active_strategy_per_channel ON sourcing_strategies (channel) WHERE active;

CREATE TABLE sourcing_decisions (
  order_id text NOT NULL REFERENCES orders(id),
  attempt int NOT NULL,
  decision jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, attempt)
);

CREATE TABLE channel_stock_rules (
  channel text NOT NULL CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  sku text REFERENCES items(sku),
  buffer_units bigint NOT NULL DEFAULT 0 CHECK (buffer_units >= 0),
  buffer_percent int NOT NULL DEFAULT 0 CHECK (buffer_percent BETWEEN 0 AND 100),
  shortage text CHECK (shortage IN ('reject', 'backorder', 'preorder', 'partial')),
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_rule UNIQUE NULLS NOT DISTINCT (channel, sku)
);
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
