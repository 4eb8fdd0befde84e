-- The schema that the migrations make. Written by `npm run schema:write`: change a migration, not this file.

CREATE TABLE allocations (
  order_id text NOT NULL,
  number integer NOT NULL,
  line_id text NOT NULL,
  location text NOT NULL,
  quantity integer NOT NULL,
  state text NOT NULL DEFAULT 'allocated'::text,
  capacity_day date,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  picked_at timestamp with time zone,
  picked_by text,
  CONSTRAINT allocations_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  CONSTRAINT allocations_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT allocations_number_check CHECK (number > 0),
  CONSTRAINT allocations_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT allocations_pkey PRIMARY KEY (order_id, number, line_id),
  CONSTRAINT allocations_quantity_check CHECK (quantity > 0),
  CONSTRAINT allocations_state_check CHECK (state = ANY (ARRAY['allocated'::text, 'shipped'::text, 'released'::text])),
  CONSTRAINT picked_by_somebody CHECK ((picked_at IS NULL) = (picked_by IS NULL)),
  CONSTRAINT released_is_put_back CHECK (state <> 'released'::text OR picked_at IS NULL)
);
CREATE INDEX allocations_at ON allocations USING btree (location) WHERE state = 'allocated'::text;

CREATE TABLE api_keys (
  id text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  channel text NOT NULL,
  hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  revoked_at timestamp with time zone,
  CONSTRAINT api_keys_channel_check CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text),
  CONSTRAINT api_keys_hash_key UNIQUE (hash),
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_role_check CHECK (role = ANY (ARRAY['channel'::text, 'ops'::text, 'admin'::text]))
);

CREATE TABLE backorders (
  line_id text NOT NULL,
  sku text NOT NULL,
  order_id text NOT NULL,
  channel text NOT NULL,
  units bigint NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  asked_at timestamp with time zone NOT NULL DEFAULT now(),
  offered_at timestamp with time zone,
  class_rank smallint NOT NULL DEFAULT 0,
  promised_at timestamp with time zone NOT NULL DEFAULT 'infinity'::timestamp with time zone,
  CONSTRAINT backorders_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  CONSTRAINT backorders_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT backorders_pkey PRIMARY KEY (line_id, sku),
  CONSTRAINT backorders_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT backorders_units_check CHECK (units > 0)
);
CREATE INDEX backorders_by_order ON backorders USING btree (order_id);
CREATE INDEX backorders_by_sku ON backorders USING btree (sku, class_rank DESC, priority DESC, promised_at, asked_at);

CREATE TABLE carrier_events (
  carrier text NOT NULL,
  event_id text NOT NULL,
  shipment_id text NOT NULL,
  order_id text,
  status text NOT NULL,
  at timestamp with time zone NOT NULL,
  note text,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  delivered_at timestamp with time zone,
  CONSTRAINT carrier_events_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT carrier_events_pkey PRIMARY KEY (carrier, event_id)
);
CREATE INDEX carrier_events_by_order ON carrier_events USING btree (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX carrier_events_by_shipment ON carrier_events USING btree (shipment_id, at);
CREATE INDEX carrier_events_undelivered ON carrier_events USING btree (received_at) WHERE delivered_at IS NULL;

CREATE TABLE channel_stock_rules (
  channel text NOT NULL,
  sku text,
  buffer_units bigint,
  buffer_percent integer,
  shortage text,
  updated_by text NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  low_units bigint,
  back_units bigint,
  CONSTRAINT back_is_above_low CHECK (back_units > low_units),
  CONSTRAINT channel_stock_rules_back_units_check CHECK (back_units > 0),
  CONSTRAINT channel_stock_rules_buffer_percent_check CHECK (buffer_percent >= 0 AND buffer_percent <= 100),
  CONSTRAINT channel_stock_rules_buffer_units_check CHECK (buffer_units >= 0),
  CONSTRAINT channel_stock_rules_channel_check CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text),
  CONSTRAINT channel_stock_rules_low_units_check CHECK (low_units >= 0),
  CONSTRAINT channel_stock_rules_shortage_check CHECK (shortage = ANY (ARRAY['reject'::text, 'backorder'::text, 'preorder'::text, 'partial'::text])),
  CONSTRAINT channel_stock_rules_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT low_and_back_together CHECK ((low_units IS NULL) = (back_units IS NULL)),
  CONSTRAINT one_rule UNIQUE NULLS NOT DISTINCT (channel, sku),
  CONSTRAINT rules_something CHECK (num_nonnulls(buffer_units, buffer_percent, shortage, low_units) > 0)
);

CREATE TABLE expected_stock (
  document text NOT NULL,
  line integer NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  units bigint NOT NULL,
  expected_at timestamp with time zone NOT NULL,
  CONSTRAINT expected_stock_pkey PRIMARY KEY (document, line, sku, location),
  CONSTRAINT expected_stock_sku_location_fkey FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location),
  CONSTRAINT expected_stock_units_check CHECK (units > 0)
);
CREATE INDEX expected_stock_by_level ON expected_stock USING btree (sku, location, expected_at);

CREATE TABLE idempotency_keys (
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status integer,
  headers jsonb,
  body jsonb,
  locked_until timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING btree (created_at);

CREATE TABLE item_components (
  kit text NOT NULL,
  sku text NOT NULL,
  quantity integer NOT NULL,
  CONSTRAINT item_components_kit_fkey FOREIGN KEY (kit) REFERENCES items(sku),
  CONSTRAINT item_components_pkey PRIMARY KEY (kit, sku),
  CONSTRAINT item_components_quantity_check CHECK (quantity > 0),
  CONSTRAINT item_components_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT no_kit_of_itself CHECK (kit <> sku)
);
CREATE INDEX item_components_by_sku ON item_components USING btree (sku);

CREATE TABLE items (
  sku text NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  category text,
  pack_size integer NOT NULL DEFAULT 1,
  lead_time_days integer NOT NULL DEFAULT 0,
  unit_cost bigint,
  cost_currency text,
  tracking text NOT NULL DEFAULT 'none'::text,
  shortage text,
  available_from timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  minimum_life_days integer NOT NULL DEFAULT 0,
  CONSTRAINT cost_has_a_currency CHECK ((unit_cost IS NULL) = (cost_currency IS NULL)),
  CONSTRAINT items_lead_time_days_check CHECK (lead_time_days >= 0),
  CONSTRAINT items_minimum_life_days_check CHECK (minimum_life_days >= 0 AND minimum_life_days <= 36500),
  CONSTRAINT items_pack_size_check CHECK (pack_size > 0),
  CONSTRAINT items_pkey PRIMARY KEY (sku),
  CONSTRAINT items_shortage_check CHECK (shortage = ANY (ARRAY['reject'::text, 'backorder'::text, 'preorder'::text, 'partial'::text])),
  CONSTRAINT items_tracking_check CHECK (tracking = ANY (ARRAY['none'::text, 'lot'::text])),
  CONSTRAINT items_unit_cost_check CHECK (unit_cost >= 0)
);
CREATE INDEX items_by_minimum_life ON items USING btree (minimum_life_days) WHERE minimum_life_days > 0;

CREATE TABLE location_days (
  location text NOT NULL,
  day date NOT NULL,
  taken integer NOT NULL,
  CONSTRAINT location_days_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT location_days_pkey PRIMARY KEY (location, day),
  CONSTRAINT location_days_taken_check CHECK (taken >= 0)
);

CREATE TABLE locations (
  id text NOT NULL,
  name text NOT NULL,
  priority integer NOT NULL,
  address jsonb NOT NULL,
  kind text NOT NULL DEFAULT 'warehouse'::text,
  latitude double precision,
  longitude double precision,
  daily_capacity integer,
  cut_off time without time zone,
  time_zone text NOT NULL DEFAULT 'UTC'::text,
  channels text[],
  active boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT both_coordinates CHECK ((latitude IS NULL) = (longitude IS NULL)),
  CONSTRAINT locations_daily_capacity_check CHECK (daily_capacity >= 0),
  CONSTRAINT locations_kind_check CHECK (kind = ANY (ARRAY['warehouse'::text, 'store'::text, 'drop_ship'::text, 'in_transit'::text])),
  CONSTRAINT locations_latitude_check CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision),
  CONSTRAINT locations_longitude_check CHECK (longitude >= '-180'::integer::double precision AND longitude <= 180::double precision),
  CONSTRAINT locations_pkey PRIMARY KEY (id)
);

CREATE TABLE notifications (
  id text NOT NULL,
  order_id text NOT NULL,
  name text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamp with time zone DEFAULT now(),
  last_error text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  sent_at timestamp with time zone,
  failed_at timestamp with time zone,
  CONSTRAINT notifications_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT notifications_pkey PRIMARY KEY (id)
);
CREATE INDEX notifications_due ON notifications USING btree (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE order_contacts (
  order_id text NOT NULL,
  email text NOT NULL,
  name text NOT NULL,
  phone text,
  shipping_address jsonb NOT NULL,
  placed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT order_contacts_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT order_contacts_pkey PRIMARY KEY (order_id)
);
CREATE INDEX order_contacts_by_email_and_time ON order_contacts USING btree (lower(email), placed_at DESC, order_id DESC);

CREATE TABLE order_events (
  "position" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  order_id text NOT NULL,
  sequence integer NOT NULL,
  channel text NOT NULL,
  type text NOT NULL,
  status text NOT NULL,
  actor text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}'::jsonb,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT gapless_per_order UNIQUE (order_id, sequence),
  CONSTRAINT order_events_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT order_events_pkey PRIMARY KEY ("position")
);
CREATE INDEX order_events_feed ON order_events USING btree (transaction, "position");
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON order_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE order_holds (
  id text NOT NULL,
  order_id text NOT NULL,
  type text NOT NULL,
  reason text NOT NULL,
  request_id text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamp with time zone NOT NULL DEFAULT now(),
  released_by text,
  released_at timestamp with time zone,
  release_note text,
  CONSTRAINT order_holds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT order_holds_order_id_request_id_key UNIQUE (order_id, request_id),
  CONSTRAINT order_holds_pkey PRIMARY KEY (id),
  CONSTRAINT order_holds_type_check CHECK (type = ANY (ARRAY['operator'::text, 'fraud_review'::text, 'address'::text, 'payment'::text]))
);
CREATE INDEX order_holds_by_order ON order_holds USING btree (order_id);

CREATE TABLE order_lines (
  id text NOT NULL,
  order_id text NOT NULL,
  "position" integer NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  unit_price bigint NOT NULL,
  quantity integer NOT NULL,
  allocated integer NOT NULL DEFAULT 0,
  backordered integer NOT NULL DEFAULT 0,
  fulfilled integer NOT NULL DEFAULT 0,
  shipped integer NOT NULL DEFAULT 0,
  delivered integer NOT NULL DEFAULT 0,
  cancelled integer NOT NULL DEFAULT 0,
  returned integer NOT NULL DEFAULT 0,
  placed_at timestamp with time zone NOT NULL DEFAULT now(),
  components jsonb,
  shortage text NOT NULL DEFAULT 'reject'::text,
  promised_at timestamp with time zone,
  promise_asked boolean NOT NULL DEFAULT false,
  first_promised_at timestamp with time zone,
  CONSTRAINT every_unit_in_one_state CHECK ((allocated + backordered + fulfilled + cancelled) <= quantity),
  CONSTRAINT order_lines_allocated_check CHECK (allocated >= 0),
  CONSTRAINT order_lines_backordered_check CHECK (backordered >= 0),
  CONSTRAINT order_lines_cancelled_check CHECK (cancelled >= 0),
  CONSTRAINT order_lines_delivered_check CHECK (delivered >= 0),
  CONSTRAINT order_lines_fulfilled_check CHECK (fulfilled >= 0),
  CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT order_lines_order_id_position_key UNIQUE (order_id, "position"),
  CONSTRAINT order_lines_pkey PRIMARY KEY (id),
  CONSTRAINT order_lines_quantity_check CHECK (quantity > 0),
  CONSTRAINT order_lines_returned_check CHECK (returned >= 0),
  CONSTRAINT order_lines_shipped_check CHECK (shipped >= 0),
  CONSTRAINT order_lines_shortage_check CHECK (shortage = ANY (ARRAY['reject'::text, 'backorder'::text, 'preorder'::text, 'partial'::text])),
  CONSTRAINT order_lines_unit_price_check CHECK (unit_price >= 0),
  CONSTRAINT units_in_their_order CHECK (shipped <= fulfilled AND delivered <= shipped AND returned <= shipped)
);
CREATE INDEX order_lines_by_sku_and_time ON order_lines USING btree (sku, placed_at DESC, order_id DESC);

CREATE TABLE orders (
  id text NOT NULL,
  reference text NOT NULL,
  channel text NOT NULL,
  fingerprint bytea NOT NULL,
  status text NOT NULL DEFAULT 'received'::text,
  previous_status text NOT NULL DEFAULT 'received'::text,
  status_reason text,
  payment_status text NOT NULL DEFAULT 'pending'::text,
  fulfilment_status text NOT NULL DEFAULT 'unfulfilled'::text,
  currency text NOT NULL,
  items_total bigint NOT NULL,
  shipping_total bigint NOT NULL,
  discount_total bigint NOT NULL,
  tax_total bigint NOT NULL,
  grand_total bigint NOT NULL,
  shipping_method text NOT NULL,
  policy jsonb NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  rejected boolean NOT NULL DEFAULT false,
  attention text,
  waiting_what text,
  waiting_owner text,
  waiting_until timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  last_sequence integer NOT NULL DEFAULT 1,
  request_id text NOT NULL,
  workflow_started_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  closed_at timestamp with time zone,
  priority integer NOT NULL DEFAULT 0,
  reservation_id text,
  CONSTRAINT legal_transition CHECK (previous_status = 'received'::text AND status = 'received'::text
    OR previous_status = 'received'::text AND status = 'awaiting_stock'::text
    OR previous_status = 'received'::text AND status = 'awaiting_payment'::text
    OR previous_status = 'received'::text AND status = 'on_hold'::text
    OR previous_status = 'received'::text AND status = 'ready_to_ship'::text
    OR previous_status = 'received'::text AND status = 'cancelled'::text
    OR previous_status = 'received'::text AND status = 'rejected'::text
    OR previous_status = 'received'::text AND status = 'needs_attention'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'awaiting_stock'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'received'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'awaiting_payment'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'on_hold'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'ready_to_ship'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'partly_shipped'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'cancelled'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'rejected'::text
    OR previous_status = 'awaiting_stock'::text AND status = 'needs_attention'::text
    OR previous_status = 'awaiting_payment'::text AND status = 'awaiting_payment'::text
    OR previous_status = 'awaiting_payment'::text AND status = 'awaiting_stock'::text
    OR previous_status = 'awaiting_payment'::text AND status = 'on_hold'::text
    OR previous_status = 'awaiting_payment'::text AND status = 'ready_to_ship'::text
    OR previous_status = 'awaiting_payment'::text AND status = 'cancelled'::text
    OR previous_status = 'awaiting_payment'::text AND status = 'needs_attention'::text
    OR previous_status = 'on_hold'::text AND status = 'on_hold'::text
    OR previous_status = 'on_hold'::text AND status = 'received'::text
    OR previous_status = 'on_hold'::text AND status = 'awaiting_stock'::text
    OR previous_status = 'on_hold'::text AND status = 'awaiting_payment'::text
    OR previous_status = 'on_hold'::text AND status = 'ready_to_ship'::text
    OR previous_status = 'on_hold'::text AND status = 'partly_shipped'::text
    OR previous_status = 'on_hold'::text AND status = 'shipped'::text
    OR previous_status = 'on_hold'::text AND status = 'delivered'::text
    OR previous_status = 'on_hold'::text AND status = 'completed'::text
    OR previous_status = 'on_hold'::text AND status = 'cancelled'::text
    OR previous_status = 'on_hold'::text AND status = 'rejected'::text
    OR previous_status = 'on_hold'::text AND status = 'needs_attention'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'ready_to_ship'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'awaiting_stock'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'awaiting_payment'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'on_hold'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'partly_shipped'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'shipped'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'cancelled'::text
    OR previous_status = 'ready_to_ship'::text AND status = 'needs_attention'::text
    OR previous_status = 'partly_shipped'::text AND status = 'partly_shipped'::text
    OR previous_status = 'partly_shipped'::text AND status = 'on_hold'::text
    OR previous_status = 'partly_shipped'::text AND status = 'shipped'::text
    OR previous_status = 'partly_shipped'::text AND status = 'delivered'::text
    OR previous_status = 'partly_shipped'::text AND status = 'completed'::text
    OR previous_status = 'partly_shipped'::text AND status = 'needs_attention'::text
    OR previous_status = 'shipped'::text AND status = 'shipped'::text
    OR previous_status = 'shipped'::text AND status = 'on_hold'::text
    OR previous_status = 'shipped'::text AND status = 'delivered'::text
    OR previous_status = 'shipped'::text AND status = 'completed'::text
    OR previous_status = 'shipped'::text AND status = 'needs_attention'::text
    OR previous_status = 'delivered'::text AND status = 'delivered'::text
    OR previous_status = 'delivered'::text AND status = 'on_hold'::text
    OR previous_status = 'delivered'::text AND status = 'completed'::text
    OR previous_status = 'delivered'::text AND status = 'needs_attention'::text
    OR previous_status = 'needs_attention'::text AND status = 'needs_attention'::text
    OR previous_status = 'needs_attention'::text AND status = 'received'::text
    OR previous_status = 'needs_attention'::text AND status = 'awaiting_stock'::text
    OR previous_status = 'needs_attention'::text AND status = 'awaiting_payment'::text
    OR previous_status = 'needs_attention'::text AND status = 'on_hold'::text
    OR previous_status = 'needs_attention'::text AND status = 'ready_to_ship'::text
    OR previous_status = 'needs_attention'::text AND status = 'partly_shipped'::text
    OR previous_status = 'needs_attention'::text AND status = 'shipped'::text
    OR previous_status = 'needs_attention'::text AND status = 'delivered'::text
    OR previous_status = 'needs_attention'::text AND status = 'completed'::text
    OR previous_status = 'needs_attention'::text AND status = 'cancelled'::text
    OR previous_status = 'needs_attention'::text AND status = 'rejected'::text
    OR previous_status = 'completed'::text AND status = 'completed'::text
    OR previous_status = 'cancelled'::text AND status = 'cancelled'::text
    OR previous_status = 'rejected'::text AND status = 'rejected'::text),
  CONSTRAINT one_order_per_reference UNIQUE (channel, reference),
  CONSTRAINT orders_fulfilment_status_check CHECK (fulfilment_status = ANY (ARRAY['unfulfilled'::text, 'allocated'::text, 'partly_shipped'::text, 'shipped'::text, 'partly_delivered'::text, 'delivered'::text, 'returned'::text])),
  CONSTRAINT orders_payment_status_check CHECK (payment_status = ANY (ARRAY['pending'::text, 'authorized'::text, 'partly_paid'::text, 'paid'::text, 'failed'::text, 'voided'::text, 'partly_refunded'::text, 'refunded'::text])),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_reservation_fkey FOREIGN KEY (reservation_id) REFERENCES reservations(id),
  CONSTRAINT priority_in_range CHECK (priority >= '-9'::integer AND priority <= 9),
  CONSTRAINT totals_add_up CHECK (grand_total = (items_total + shipping_total + tax_total - discount_total))
) WITH (fillfactor = 70);
CREATE INDEX orders_by_channel ON orders USING btree (channel, created_at DESC, id DESC);
CREATE INDEX orders_by_reference ON orders USING btree (reference text_pattern_ops);
CREATE INDEX orders_by_status ON orders USING btree (status, created_at DESC, id DESC);
CREATE INDEX orders_newest ON orders USING btree (created_at DESC, id DESC);
CREATE INDEX orders_not_started ON orders USING btree (created_at) WHERE workflow_started_at IS NULL;
CREATE INDEX orders_open ON orders USING btree (created_at) WHERE closed_at IS NULL;

CREATE TABLE parcel_lots (
  order_id text NOT NULL,
  number integer NOT NULL,
  sku text NOT NULL,
  lot text NOT NULL,
  units bigint NOT NULL,
  CONSTRAINT parcel_lots_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT parcel_lots_pkey PRIMARY KEY (order_id, number, sku, lot),
  CONSTRAINT parcel_lots_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT parcel_lots_units_check CHECK (units > 0)
);

CREATE TABLE payment_events (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  payment_id text NOT NULL,
  order_id text NOT NULL,
  effect text NOT NULL,
  state text NOT NULL,
  key text NOT NULL,
  amount bigint NOT NULL,
  reference text,
  code text,
  message text,
  actor text NOT NULL DEFAULT 'system'::text,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT one_outcome_per_effect UNIQUE (key, state),
  CONSTRAINT payment_events_amount_check CHECK (amount > 0),
  CONSTRAINT payment_events_effect_check CHECK (effect = ANY (ARRAY['authorise'::text, 'capture'::text, 'void'::text, 'refund'::text])),
  CONSTRAINT payment_events_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT payment_events_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id),
  CONSTRAINT payment_events_pkey PRIMARY KEY (id),
  CONSTRAINT payment_events_state_check CHECK (state = ANY (ARRAY['requested'::text, 'succeeded'::text, 'declined'::text, 'abandoned'::text]))
);
CREATE INDEX payment_events_by_order ON payment_events USING btree (order_id, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON payment_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE payment_tokens (
  id text NOT NULL,
  order_id text NOT NULL,
  method text NOT NULL,
  token text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT payment_tokens_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT payment_tokens_pkey PRIMARY KEY (id)
);

CREATE TABLE payments (
  id text NOT NULL,
  order_id text NOT NULL,
  attempt integer NOT NULL,
  token_id text,
  method text NOT NULL,
  provider text NOT NULL,
  amount bigint NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT payments_amount_check CHECK (amount > 0),
  CONSTRAINT payments_order_id_attempt_key UNIQUE (order_id, attempt),
  CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT payments_pkey PRIMARY KEY (id),
  CONSTRAINT payments_token_id_fkey FOREIGN KEY (token_id) REFERENCES payment_tokens(id)
);

CREATE TABLE purchase_order_lines (
  purchase_order_id text NOT NULL,
  number integer NOT NULL,
  sku text NOT NULL,
  quantity bigint NOT NULL,
  receivable bigint NOT NULL,
  received bigint NOT NULL DEFAULT 0,
  unit_cost bigint NOT NULL,
  expected_at timestamp with time zone NOT NULL,
  CONSTRAINT purchase_order_lines_number_check CHECK (number > 0),
  CONSTRAINT purchase_order_lines_pkey PRIMARY KEY (purchase_order_id, number),
  CONSTRAINT purchase_order_lines_purchase_order_id_fkey FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders(id),
  CONSTRAINT purchase_order_lines_quantity_check CHECK (quantity > 0),
  CONSTRAINT purchase_order_lines_received_check CHECK (received >= 0),
  CONSTRAINT purchase_order_lines_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT purchase_order_lines_unit_cost_check CHECK (unit_cost >= 0),
  CONSTRAINT tolerance_adds CHECK (receivable >= quantity),
  CONSTRAINT within_tolerance CHECK (received <= receivable)
);
CREATE INDEX purchase_order_lines_by_sku ON purchase_order_lines USING btree (sku);

CREATE TABLE purchase_orders (
  id text NOT NULL,
  supplier text NOT NULL,
  location text NOT NULL,
  currency text NOT NULL,
  status text NOT NULL DEFAULT 'draft'::text,
  over_receipt_percent integer NOT NULL DEFAULT 0,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  ordered_at timestamp with time zone,
  ended_at timestamp with time zone,
  CONSTRAINT ended_or_open CHECK ((status = ANY (ARRAY['closed'::text, 'cancelled'::text])) = (ended_at IS NOT NULL)),
  CONSTRAINT ordered_before_anything_comes CHECK ((status = ANY (ARRAY['draft'::text, 'cancelled'::text])) OR ordered_at IS NOT NULL),
  CONSTRAINT purchase_orders_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT purchase_orders_over_receipt_percent_check CHECK (over_receipt_percent >= 0 AND over_receipt_percent <= 100),
  CONSTRAINT purchase_orders_pkey PRIMARY KEY (id),
  CONSTRAINT purchase_orders_status_check CHECK (status = ANY (ARRAY['draft'::text, 'ordered'::text, 'partly_received'::text, 'received'::text, 'closed'::text, 'cancelled'::text]))
);
CREATE INDEX purchase_order_drafts ON purchase_orders USING btree (location, supplier) WHERE status = 'draft'::text;

CREATE TABLE purchase_receipts (
  purchase_order_id text NOT NULL,
  number integer NOT NULL,
  line integer NOT NULL,
  units bigint NOT NULL,
  lot text,
  expires_on date,
  document text,
  received_by text NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT purchase_receipts_number_check CHECK (number > 0),
  CONSTRAINT purchase_receipts_pkey PRIMARY KEY (purchase_order_id, number),
  CONSTRAINT purchase_receipts_purchase_order_id_line_fkey FOREIGN KEY (purchase_order_id, line) REFERENCES purchase_order_lines(purchase_order_id, number),
  CONSTRAINT purchase_receipts_units_check CHECK (units > 0)
);

CREATE TABLE reallocation_classes (
  channel text,
  minimum_priority integer,
  class text NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT one_class UNIQUE NULLS NOT DISTINCT (channel, minimum_priority),
  CONSTRAINT reallocation_classes_channel_check CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text),
  CONSTRAINT reallocation_classes_class_check CHECK (class = ANY (ARRAY['win'::text, 'keep'::text, 'fill'::text, 'lose'::text]))
);

CREATE TABLE reallocation_lines (
  run_id text NOT NULL,
  sku text NOT NULL,
  order_id text NOT NULL,
  line_id text NOT NULL,
  class text NOT NULL,
  priority integer NOT NULL,
  wanted integer NOT NULL,
  had integer NOT NULL,
  gets integer NOT NULL,
  gives jsonb NOT NULL,
  given_up integer,
  CONSTRAINT reallocation_lines_class_check CHECK (class = ANY (ARRAY['win'::text, 'keep'::text, 'fill'::text, 'lose'::text])),
  CONSTRAINT reallocation_lines_gets_check CHECK (gets >= 0),
  CONSTRAINT reallocation_lines_given_up_check CHECK (given_up >= 0),
  CONSTRAINT reallocation_lines_had_check CHECK (had >= 0),
  CONSTRAINT reallocation_lines_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  CONSTRAINT reallocation_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT reallocation_lines_pkey PRIMARY KEY (run_id, line_id),
  CONSTRAINT reallocation_lines_run_id_fkey FOREIGN KEY (run_id) REFERENCES reallocation_runs(id),
  CONSTRAINT reallocation_lines_wanted_check CHECK (wanted >= 0)
);
CREATE INDEX reallocation_lines_by_sku ON reallocation_lines USING btree (run_id, sku, line_id);

CREATE TABLE reallocation_runs (
  id text NOT NULL,
  status text NOT NULL DEFAULT 'running'::text,
  sku text,
  dry_run boolean NOT NULL,
  requested_by text NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  planned_at timestamp with time zone,
  ended_at timestamp with time zone,
  CONSTRAINT reallocation_completed_or_running CHECK ((status = 'completed'::text) = (ended_at IS NOT NULL)),
  CONSTRAINT reallocation_runs_pkey PRIMARY KEY (id),
  CONSTRAINT reallocation_runs_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT reallocation_runs_status_check CHECK (status = ANY (ARRAY['running'::text, 'completed'::text]))
);

CREATE TABLE reorder_rules (
  id text NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  policy jsonb NOT NULL,
  multiple integer NOT NULL DEFAULT 1,
  minimum_order bigint NOT NULL DEFAULT 0,
  lead_time_days integer,
  lead_time_sd_days double precision NOT NULL DEFAULT 0,
  service_level double precision NOT NULL DEFAULT 0.95,
  supplier text,
  unit_cost bigint,
  currency text,
  max_units bigint,
  reviewed_on date,
  snoozed_until date,
  updated_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT cost_of_rule_has_a_currency CHECK ((unit_cost IS NULL) = (currency IS NULL)),
  CONSTRAINT one_rule_per_level UNIQUE (sku, location),
  CONSTRAINT reorder_rules_lead_time_days_check CHECK (lead_time_days >= 0),
  CONSTRAINT reorder_rules_lead_time_sd_days_check CHECK (lead_time_sd_days >= 0::double precision),
  CONSTRAINT reorder_rules_max_units_check CHECK (max_units >= 0),
  CONSTRAINT reorder_rules_minimum_order_check CHECK (minimum_order >= 0),
  CONSTRAINT reorder_rules_multiple_check CHECK (multiple > 0),
  CONSTRAINT reorder_rules_pkey PRIMARY KEY (id),
  CONSTRAINT reorder_rules_policy_check CHECK ((policy ->> 'type'::text) = ANY (ARRAY['min_max'::text, 'reorder_point'::text, 'periodic'::text, 'days_of_cover'::text])),
  CONSTRAINT reorder_rules_service_level_check CHECK (service_level > 0::double precision AND service_level < 1::double precision),
  CONSTRAINT reorder_rules_sku_location_fkey FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location),
  CONSTRAINT reorder_rules_unit_cost_check CHECK (unit_cost >= 0)
);

CREATE TABLE replenishment_runs (
  id text NOT NULL,
  status text NOT NULL DEFAULT 'running'::text,
  requested_by text NOT NULL,
  window_days integer NOT NULL,
  rules integer NOT NULL DEFAULT 0,
  suggestions integer NOT NULL DEFAULT 0,
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  ended_at timestamp with time zone,
  CONSTRAINT ended_or_running CHECK ((status = 'running'::text) = (ended_at IS NULL)),
  CONSTRAINT replenishment_runs_pkey PRIMARY KEY (id),
  CONSTRAINT replenishment_runs_status_check CHECK (status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text])),
  CONSTRAINT replenishment_runs_window_days_check CHECK (window_days > 0)
);

CREATE TABLE replenishment_suggestions (
  id text NOT NULL,
  run_id text NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  supplier text,
  quantity bigint NOT NULL,
  expected_at timestamp with time zone NOT NULL,
  explanation jsonb NOT NULL,
  status text NOT NULL DEFAULT 'open'::text,
  purchase_order_id text,
  decided_by text,
  note text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  decided_at timestamp with time zone,
  CONSTRAINT approved_is_on_a_purchase_order CHECK ((status = 'approved'::text) = (purchase_order_id IS NOT NULL)),
  CONSTRAINT one_suggestion_per_run UNIQUE (run_id, sku, location),
  CONSTRAINT open_or_decided CHECK ((status = 'open'::text) = (decided_at IS NULL)),
  CONSTRAINT replenishment_suggestions_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT replenishment_suggestions_pkey PRIMARY KEY (id),
  CONSTRAINT replenishment_suggestions_purchase_order_id_fkey FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders(id),
  CONSTRAINT replenishment_suggestions_quantity_check CHECK (quantity > 0),
  CONSTRAINT replenishment_suggestions_run_id_fkey FOREIGN KEY (run_id) REFERENCES replenishment_runs(id),
  CONSTRAINT replenishment_suggestions_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT replenishment_suggestions_status_check CHECK (status = ANY (ARRAY['open'::text, 'approved'::text, 'dismissed'::text, 'replaced'::text]))
);
CREATE UNIQUE INDEX one_open_suggestion_per_level ON replenishment_suggestions USING btree (sku, location) WHERE status = 'open'::text;
CREATE INDEX replenishment_suggestions_by_level ON replenishment_suggestions USING btree (sku, location, id);

CREATE TABLE reservation_units (
  reservation_id text NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  units bigint NOT NULL,
  CONSTRAINT reservation_units_pkey PRIMARY KEY (reservation_id, sku, location),
  CONSTRAINT reservation_units_reservation_id_fkey FOREIGN KEY (reservation_id) REFERENCES reservations(id),
  CONSTRAINT reservation_units_sku_location_fkey FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location),
  CONSTRAINT reservation_units_units_check CHECK (units > 0)
);

CREATE TABLE reservations (
  id text NOT NULL,
  channel text NOT NULL,
  owner text NOT NULL,
  state text NOT NULL DEFAULT 'active'::text,
  lines jsonb NOT NULL,
  country text,
  expires_at timestamp with time zone NOT NULL,
  order_id text,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  ended_at timestamp with time zone,
  CONSTRAINT ended_or_active CHECK ((state = 'active'::text) = (ended_at IS NULL)),
  CONSTRAINT reservations_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT reservations_pkey PRIMARY KEY (id),
  CONSTRAINT reservations_state_check CHECK (state = ANY (ARRAY['active'::text, 'ordered'::text, 'released'::text, 'expired'::text]))
);
CREATE UNIQUE INDEX one_active_reservation_per_owner ON reservations USING btree (channel, owner) WHERE state = 'active'::text;
CREATE INDEX reservations_to_expire ON reservations USING btree (expires_at) WHERE state = 'active'::text;

CREATE TABLE shipments (
  id text NOT NULL,
  order_id text NOT NULL,
  number integer NOT NULL,
  status text NOT NULL,
  location text NOT NULL,
  service text NOT NULL,
  key text NOT NULL,
  lines jsonb NOT NULL,
  carrier text,
  reference text,
  tracking_number text,
  tracking_url text,
  label_url text,
  picked_up_at timestamp with time zone,
  delivered_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT shipments_key_key UNIQUE (key),
  CONSTRAINT shipments_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT shipments_order_id_number_key UNIQUE (order_id, number),
  CONSTRAINT shipments_pkey PRIMARY KEY (id),
  CONSTRAINT shipments_status_check CHECK (status = ANY (ARRAY['booking'::text, 'booked'::text, 'picked_up'::text, 'in_transit'::text, 'out_for_delivery'::text, 'delivered'::text, 'cancelled'::text]))
);
CREATE INDEX shipments_by_tracking ON shipments USING btree (tracking_number) WHERE tracking_number IS NOT NULL;

CREATE TABLE sourcing_decisions (
  order_id text NOT NULL,
  attempt integer NOT NULL,
  decision jsonb NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT sourcing_decisions_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  CONSTRAINT sourcing_decisions_pkey PRIMARY KEY (order_id, attempt)
);

CREATE TABLE sourcing_strategies (
  channel text NOT NULL,
  version integer NOT NULL,
  strategy jsonb NOT NULL,
  comment text,
  active boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT sourcing_strategies_channel_check CHECK (channel ~ '^[a-z0-9][a-z0-9-]{0,39}$'::text),
  CONSTRAINT sourcing_strategies_pkey PRIMARY KEY (channel, version)
);
CREATE UNIQUE INDEX one_active_strategy_per_channel ON sourcing_strategies USING btree (channel) WHERE active;

CREATE TABLE stock_count_lines (
  count_id text NOT NULL,
  sku text NOT NULL,
  lot text NOT NULL DEFAULT ''::text,
  expires_on date,
  counted bigint,
  on_hand bigint,
  last_movement bigint,
  counted_by text,
  counted_key text,
  counted_at timestamp with time zone,
  CONSTRAINT counted_whole CHECK (num_nulls(counted, on_hand, last_movement, counted_by, counted_key, counted_at) = ANY (ARRAY[0, 6])),
  CONSTRAINT stock_count_lines_count_id_fkey FOREIGN KEY (count_id) REFERENCES stock_counts(id),
  CONSTRAINT stock_count_lines_counted_check CHECK (counted >= 0),
  CONSTRAINT stock_count_lines_pkey PRIMARY KEY (count_id, sku, lot),
  CONSTRAINT stock_count_lines_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku)
);

CREATE TABLE stock_counts (
  id text NOT NULL,
  location text NOT NULL,
  status text NOT NULL DEFAULT 'open'::text,
  skus text[],
  tolerance_units bigint NOT NULL DEFAULT 0,
  tolerance_value bigint,
  tolerance_currency text,
  note text,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  submitted_by text,
  submitted_at timestamp with time zone,
  beyond_tolerance text,
  decided_by text,
  decided_at timestamp with time zone,
  decision_note text,
  CONSTRAINT stock_counts_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT stock_counts_pkey PRIMARY KEY (id),
  CONSTRAINT stock_counts_status_check CHECK (status = ANY (ARRAY['open'::text, 'awaiting_approval'::text, 'posted'::text, 'rejected'::text])),
  CONSTRAINT stock_counts_tolerance_units_check CHECK (tolerance_units >= 0),
  CONSTRAINT stock_counts_tolerance_value_check CHECK (tolerance_value >= 0),
  CONSTRAINT tolerance_has_a_currency CHECK ((tolerance_value IS NULL) = (tolerance_currency IS NULL))
);
CREATE INDEX stock_counts_by_status ON stock_counts USING btree (status, id);

CREATE TABLE stock_events (
  sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  id text NOT NULL,
  type text NOT NULL,
  sku text NOT NULL,
  channel text NOT NULL,
  available bigint NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  delivered_at timestamp with time zone,
  CONSTRAINT stock_events_available_check CHECK (available >= 0),
  CONSTRAINT stock_events_id_key UNIQUE (id),
  CONSTRAINT stock_events_pkey PRIMARY KEY (sequence),
  CONSTRAINT stock_events_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT stock_events_type_check CHECK (type = ANY (ARRAY['stock.low'::text, 'stock.out'::text, 'stock.back'::text]))
);
CREATE INDEX stock_events_delivered ON stock_events USING btree (delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX stock_events_to_deliver ON stock_events USING btree (sequence) WHERE delivered_at IS NULL;

CREATE TABLE stock_import_rows (
  document text NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  outcome text NOT NULL,
  actor text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT stock_import_rows_outcome_check CHECK (outcome = ANY (ARRAY['ok'::text, 'unchanged'::text])),
  CONSTRAINT stock_import_rows_pkey PRIMARY KEY (document)
);

CREATE TABLE stock_level_changes (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  sku text NOT NULL,
  location text NOT NULL,
  kind text NOT NULL,
  was jsonb NOT NULL,
  became jsonb NOT NULL,
  reason text NOT NULL,
  document text,
  actor text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT stock_level_changes_kind_check CHECK (kind = ANY (ARRAY['safety_stock'::text, 'rebuilt'::text])),
  CONSTRAINT stock_level_changes_pkey PRIMARY KEY (id),
  CONSTRAINT stock_level_changes_sku_location_fkey FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);
CREATE INDEX stock_level_changes_by_level ON stock_level_changes USING btree (sku, location, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON stock_level_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE stock_levels (
  sku text NOT NULL,
  location text NOT NULL,
  on_hand bigint NOT NULL DEFAULT 0,
  reserved bigint NOT NULL DEFAULT 0,
  safety_stock bigint NOT NULL DEFAULT 0,
  incoming bigint NOT NULL DEFAULT 0,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  damaged bigint NOT NULL DEFAULT 0,
  quality_hold bigint NOT NULL DEFAULT 0,
  available bigint DEFAULT ((((on_hand - reserved) - damaged) - quality_hold) - safety_stock),
  picked bigint NOT NULL DEFAULT 0,
  CONSTRAINT never_oversold CHECK ((reserved + damaged + quality_hold) <= on_hand),
  CONSTRAINT stock_levels_damaged_check CHECK (damaged >= 0),
  CONSTRAINT stock_levels_incoming_check CHECK (incoming >= 0),
  CONSTRAINT stock_levels_location_fkey FOREIGN KEY (location) REFERENCES locations(id),
  CONSTRAINT stock_levels_on_hand_check CHECK (on_hand >= 0),
  CONSTRAINT stock_levels_picked_check CHECK (picked >= 0),
  CONSTRAINT stock_levels_pkey PRIMARY KEY (sku, location),
  CONSTRAINT stock_levels_quality_hold_check CHECK (quality_hold >= 0),
  CONSTRAINT stock_levels_reserved_check CHECK (reserved >= 0),
  CONSTRAINT stock_levels_safety_stock_check CHECK (safety_stock >= 0),
  CONSTRAINT stock_levels_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT what_is_picked_is_reserved CHECK (picked <= reserved)
) WITH (fillfactor = 70);

CREATE TABLE stock_lots (
  sku text NOT NULL,
  location text NOT NULL,
  lot text NOT NULL,
  expires_on date,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  on_hand bigint NOT NULL DEFAULT 0,
  damaged bigint NOT NULL DEFAULT 0,
  quality_hold bigint NOT NULL DEFAULT 0,
  picked bigint NOT NULL DEFAULT 0,
  CONSTRAINT lot_has_what_is_held_back CHECK ((picked + damaged + quality_hold) <= on_hand),
  CONSTRAINT stock_lots_damaged_check CHECK (damaged >= 0),
  CONSTRAINT stock_lots_on_hand_check CHECK (on_hand >= 0),
  CONSTRAINT stock_lots_picked_check CHECK (picked >= 0),
  CONSTRAINT stock_lots_pkey PRIMARY KEY (sku, location, lot),
  CONSTRAINT stock_lots_quality_hold_check CHECK (quality_hold >= 0),
  CONSTRAINT stock_lots_sku_location_fkey FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);
CREATE INDEX stock_lots_by_expiry ON stock_lots USING btree (expires_on) WHERE on_hand > 0;

CREATE TABLE stock_movements (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  sku text NOT NULL,
  location text NOT NULL,
  on_hand_delta bigint NOT NULL,
  reserved_delta bigint NOT NULL,
  reason text NOT NULL,
  document text,
  actor text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  damaged_delta bigint NOT NULL DEFAULT 0,
  quality_hold_delta bigint NOT NULL DEFAULT 0,
  incoming_delta bigint NOT NULL DEFAULT 0,
  lot text,
  picked_delta bigint NOT NULL DEFAULT 0,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT something_moves CHECK (on_hand_delta <> 0
    OR reserved_delta <> 0
    OR picked_delta <> 0
    OR damaged_delta <> 0
    OR quality_hold_delta <> 0
    OR incoming_delta <> 0),
  CONSTRAINT stock_movements_pkey PRIMARY KEY (id),
  CONSTRAINT stock_movements_sku_location_fkey FOREIGN KEY (sku, location) REFERENCES stock_levels(sku, location)
);
CREATE INDEX stock_movements_by_document ON stock_movements USING btree (document) WHERE document IS NOT NULL;
CREATE INDEX stock_movements_by_level ON stock_movements USING btree (sku, location, id);
CREATE INDEX stock_movements_by_time ON stock_movements USING btree (sku, location, at) WHERE on_hand_delta <> 0;
CREATE INDEX stock_movements_feed ON stock_movements USING btree (transaction, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON stock_movements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE stock_signals (
  sku text NOT NULL,
  channel text NOT NULL,
  state text NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT stock_signals_pkey PRIMARY KEY (sku, channel),
  CONSTRAINT stock_signals_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT stock_signals_state_check CHECK (state = ANY (ARRAY['ok'::text, 'low'::text, 'out'::text]))
);

CREATE TABLE stock_sync_levels (
  sku text NOT NULL,
  location text NOT NULL,
  on_hand bigint NOT NULL,
  as_of timestamp with time zone NOT NULL,
  problem text,
  document text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT stock_sync_levels_pkey PRIMARY KEY (sku, location)
);
CREATE INDEX stock_sync_problems ON stock_sync_levels USING btree (sku, location) WHERE problem IS NOT NULL;

CREATE TABLE transfer_lines (
  transfer_id text NOT NULL,
  number integer NOT NULL,
  sku text NOT NULL,
  lot text,
  quantity bigint NOT NULL,
  CONSTRAINT transfer_lines_number_check CHECK (number > 0),
  CONSTRAINT transfer_lines_pkey PRIMARY KEY (transfer_id, number),
  CONSTRAINT transfer_lines_quantity_check CHECK (quantity > 0),
  CONSTRAINT transfer_lines_sku_fkey FOREIGN KEY (sku) REFERENCES items(sku),
  CONSTRAINT transfer_lines_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES transfers(id)
);
CREATE INDEX transfer_lines_by_sku ON transfer_lines USING btree (sku);

CREATE TABLE transfer_parcels (
  transfer_id text NOT NULL,
  number integer NOT NULL,
  lot text NOT NULL DEFAULT ''::text,
  expires_on date,
  shipped bigint NOT NULL,
  received bigint NOT NULL DEFAULT 0,
  short bigint NOT NULL DEFAULT 0,
  CONSTRAINT no_more_than_was_sent CHECK ((received + short) <= shipped),
  CONSTRAINT transfer_parcels_pkey PRIMARY KEY (transfer_id, number, lot),
  CONSTRAINT transfer_parcels_received_check CHECK (received >= 0),
  CONSTRAINT transfer_parcels_shipped_check CHECK (shipped > 0),
  CONSTRAINT transfer_parcels_short_check CHECK (short >= 0),
  CONSTRAINT transfer_parcels_transfer_id_number_fkey FOREIGN KEY (transfer_id, number) REFERENCES transfer_lines(transfer_id, number)
);

CREATE TABLE transfers (
  id text NOT NULL,
  origin text NOT NULL,
  destination text NOT NULL,
  status text NOT NULL DEFAULT 'draft'::text,
  note text,
  short_reason text,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expected_at timestamp with time zone,
  shipped_at timestamp with time zone,
  closed_at timestamp with time zone,
  CONSTRAINT goes_somewhere CHECK (origin <> destination),
  CONSTRAINT short_with_a_reason CHECK ((status = 'received_short'::text) = (short_reason IS NOT NULL)),
  CONSTRAINT transfers_destination_fkey FOREIGN KEY (destination) REFERENCES locations(id),
  CONSTRAINT transfers_origin_fkey FOREIGN KEY (origin) REFERENCES locations(id),
  CONSTRAINT transfers_pkey PRIMARY KEY (id),
  CONSTRAINT transfers_status_check CHECK (status = ANY (ARRAY['draft'::text, 'shipped'::text, 'partly_received'::text, 'received'::text, 'received_short'::text, 'cancelled'::text]))
);
CREATE INDEX transfers_by_status ON transfers USING btree (status, id);

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $function$;
