import type { Knex } from 'knex';

/** What it allows is written out: a migration stays as it was, whatever the domain comes to. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('channel', 'ops', 'admin')),
  channel text NOT NULL CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

CREATE TABLE items (
  sku text PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE locations (
  id text PRIMARY KEY,
  name text NOT NULL,
  priority integer NOT NULL,
  address jsonb NOT NULL
);

CREATE TABLE stock_levels (
  sku text NOT NULL REFERENCES items,
  location text NOT NULL REFERENCES locations,
  on_hand bigint NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  safety_stock bigint NOT NULL DEFAULT 0 CHECK (safety_stock >= 0),
  incoming bigint NOT NULL DEFAULT 0 CHECK (incoming >= 0),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sku, location),
  CONSTRAINT never_oversold CHECK (reserved <= on_hand)
) WITH (fillfactor = 70);

CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL,
  location text NOT NULL,
  on_hand_delta bigint NOT NULL,
  reserved_delta bigint NOT NULL,
  reason text NOT NULL,
  document text,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (sku, location) REFERENCES stock_levels,
  CHECK (on_hand_delta <> 0 OR reserved_delta <> 0)
);
CREATE INDEX stock_movements_by_level ON stock_movements (sku, location, id);
CREATE INDEX stock_movements_by_document ON stock_movements (document) WHERE document IS NOT NULL;

CREATE TABLE orders (
  id text PRIMARY KEY,
  reference text NOT NULL,
  channel text NOT NULL,
  fingerprint bytea NOT NULL,
  status text NOT NULL DEFAULT 'received',
  previous_status text NOT NULL DEFAULT 'received',
  status_reason text,
  payment_status text NOT NULL DEFAULT 'pending' CHECK (payment_status IN ('pending', 'authorized', 'partly_paid', 'paid', 'failed', 'voided', 'partly_refunded', 'refunded')),
  fulfilment_status text NOT NULL DEFAULT 'unfulfilled' CHECK (fulfilment_status IN ('unfulfilled', 'allocated', 'partly_shipped', 'shipped', 'partly_delivered', 'delivered', 'returned')),
  currency text NOT NULL,
  items_total bigint NOT NULL,
  shipping_total bigint NOT NULL,
  discount_total bigint NOT NULL,
  tax_total bigint NOT NULL,
  grand_total bigint NOT NULL,
  shipping_method text NOT NULL,
  policy jsonb NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  rejected boolean NOT NULL DEFAULT false,
  attention text,
  waiting_what text,
  waiting_owner text,
  waiting_until timestamptz,
  version integer NOT NULL DEFAULT 1,
  last_sequence integer NOT NULL DEFAULT 1,
  request_id text NOT NULL,
  workflow_started_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz,
  CONSTRAINT one_order_per_reference UNIQUE (channel, reference),
  CONSTRAINT legal_transition CHECK ((previous_status, status) IN (
    ('received', 'received'), ('received', 'awaiting_stock'), ('received', 'awaiting_payment'), ('received', 'on_hold'),
    ('received', 'ready_to_ship'), ('received', 'cancelled'), ('received', 'rejected'), ('received', 'needs_attention'),
    ('awaiting_stock', 'awaiting_stock'), ('awaiting_stock', 'received'), ('awaiting_stock', 'awaiting_payment'),
    ('awaiting_stock', 'on_hold'), ('awaiting_stock', 'ready_to_ship'), ('awaiting_stock', 'partly_shipped'),
    ('awaiting_stock', 'cancelled'), ('awaiting_stock', 'rejected'), ('awaiting_stock', 'needs_attention'),
    ('awaiting_payment', 'awaiting_payment'), ('awaiting_payment', 'on_hold'), ('awaiting_payment', 'ready_to_ship'),
    ('awaiting_payment', 'cancelled'), ('awaiting_payment', 'needs_attention'),
    ('on_hold', 'on_hold'), ('on_hold', 'received'), ('on_hold', 'awaiting_stock'), ('on_hold', 'awaiting_payment'),
    ('on_hold', 'ready_to_ship'), ('on_hold', 'partly_shipped'), ('on_hold', 'shipped'), ('on_hold', 'delivered'),
    ('on_hold', 'completed'), ('on_hold', 'cancelled'), ('on_hold', 'rejected'), ('on_hold', 'needs_attention'),
    ('ready_to_ship', 'ready_to_ship'), ('ready_to_ship', 'awaiting_payment'), ('ready_to_ship', 'on_hold'),
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
  )),
  CONSTRAINT totals_add_up CHECK (grand_total = items_total + shipping_total + tax_total - discount_total)
) WITH (fillfactor = 70);
CREATE INDEX orders_newest ON orders (created_at DESC, id DESC);
CREATE INDEX orders_by_channel ON orders (channel, created_at DESC, id DESC);
CREATE INDEX orders_by_status ON orders (status, created_at DESC, id DESC);
CREATE INDEX orders_not_started ON orders (created_at) WHERE workflow_started_at IS NULL;
CREATE INDEX orders_open ON orders (created_at) WHERE closed_at IS NULL;
CREATE INDEX orders_by_reference ON orders (reference text_pattern_ops);

-- All personal data of an order, in one row that can be erased.
CREATE TABLE order_contacts (
  order_id text PRIMARY KEY REFERENCES orders,
  email text NOT NULL,
  name text NOT NULL,
  phone text,
  shipping_address jsonb NOT NULL
);
CREATE INDEX order_contacts_by_email ON order_contacts (lower(email) text_pattern_ops);

CREATE TABLE order_lines (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  position integer NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  unit_price bigint NOT NULL CHECK (unit_price >= 0),
  quantity integer NOT NULL CHECK (quantity > 0),
  allocated integer NOT NULL DEFAULT 0 CHECK (allocated >= 0),
  backordered integer NOT NULL DEFAULT 0 CHECK (backordered >= 0),
  fulfilled integer NOT NULL DEFAULT 0 CHECK (fulfilled >= 0),
  shipped integer NOT NULL DEFAULT 0 CHECK (shipped >= 0),
  delivered integer NOT NULL DEFAULT 0 CHECK (delivered >= 0),
  cancelled integer NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
  returned integer NOT NULL DEFAULT 0 CHECK (returned >= 0),
  location text REFERENCES locations,
  UNIQUE (order_id, position),
  CONSTRAINT every_unit_in_one_state CHECK (allocated + backordered + fulfilled + cancelled <= quantity),
  CONSTRAINT units_in_their_order CHECK (shipped <= fulfilled AND delivered <= shipped AND returned <= shipped)
);
CREATE INDEX order_lines_by_sku ON order_lines (sku, order_id);

CREATE TABLE order_holds (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  type text NOT NULL CHECK (type IN ('operator', 'fraud_review', 'address', 'payment')),
  reason text NOT NULL,
  request_id text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  released_by text,
  released_at timestamptz,
  release_note text,
  UNIQUE (order_id, request_id)
);
CREATE INDEX order_holds_by_order ON order_holds (order_id);

-- The provider's tokens, apart from everything that is shown or logged.
CREATE TABLE payment_tokens (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  method text NOT NULL,
  token text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE payments (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  attempt integer NOT NULL,
  token_id text REFERENCES payment_tokens,
  method text NOT NULL,
  provider text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (order_id, attempt)
);

-- Append only: what was asked of the provider, and what became of it. Amounts of an order are its fold.
CREATE TABLE payment_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id text NOT NULL REFERENCES payments,
  order_id text NOT NULL REFERENCES orders,
  effect text NOT NULL CHECK (effect IN ('authorise', 'capture', 'void', 'refund')),
  state text NOT NULL CHECK (state IN ('requested', 'succeeded', 'declined', 'abandoned')),
  key text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  reference text,
  code text,
  message text,
  actor text NOT NULL DEFAULT 'system',
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_outcome_per_effect UNIQUE (key, state)
);
CREATE INDEX payment_events_by_order ON payment_events (order_id, id);

CREATE TABLE shipments (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  number integer NOT NULL,
  status text NOT NULL CHECK (status IN ('booking', 'booked', 'picked_up', 'in_transit', 'out_for_delivery', 'delivered', 'cancelled')),
  location text NOT NULL REFERENCES locations,
  service text NOT NULL,
  key text NOT NULL UNIQUE,
  lines jsonb NOT NULL,
  carrier text,
  reference text,
  tracking_number text,
  tracking_url text,
  label_url text,
  picked_up_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (order_id, number)
);
CREATE INDEX shipments_by_tracking ON shipments (tracking_number) WHERE tracking_number IS NOT NULL;

-- Inbox of carrier callbacks: stored before they are answered, each once.
CREATE TABLE carrier_events (
  carrier text NOT NULL,
  event_id text NOT NULL,
  shipment_id text NOT NULL,
  order_id text REFERENCES orders,
  status text NOT NULL,
  at timestamptz NOT NULL,
  note text,
  received_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  PRIMARY KEY (carrier, event_id)
);
CREATE INDEX carrier_events_by_shipment ON carrier_events (shipment_id, at);
CREATE INDEX carrier_events_by_order ON carrier_events (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX carrier_events_undelivered ON carrier_events (received_at) WHERE delivered_at IS NULL;

-- The outbox and timeline: written in the transaction of the change it tells, gapless per order.
CREATE TABLE order_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  order_id text NOT NULL REFERENCES orders,
  sequence integer NOT NULL,
  channel text NOT NULL,
  type text NOT NULL,
  status text NOT NULL,
  actor text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT gapless_per_order UNIQUE (order_id, sequence)
);
CREATE INDEX order_events_feed ON order_events (transaction, position);

CREATE TABLE notifications (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  name text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz DEFAULT now(),
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  failed_at timestamptz
);
CREATE INDEX notifications_due ON notifications (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE idempotency_keys (
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status integer,
  headers jsonb,
  body jsonb,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON order_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`);
}

/** Forward only: an order that was recorded is never dropped by a migration. */
export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
