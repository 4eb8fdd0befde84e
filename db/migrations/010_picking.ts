import type { Knex } from 'knex';

/**
 * What is off the shelf for a parcel and has not left: a part of what is reserved, so that what can be promised stays as it is. With
 * it which lots a parcel has, and how long a lot of an item has to live still to be sold.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
ALTER TABLE items ADD COLUMN minimum_life_days int NOT NULL DEFAULT 0 CHECK (minimum_life_days BETWEEN 0 AND 36500);
CREATE INDEX items_by_minimum_life ON items (minimum_life_days) WHERE minimum_life_days > 0;

ALTER TABLE stock_levels
  ADD COLUMN picked bigint NOT NULL DEFAULT 0 CHECK (picked >= 0),
  ADD CONSTRAINT what_is_picked_is_reserved CHECK (picked <= reserved);

ALTER TABLE stock_movements
  ADD COLUMN picked_delta bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT something_moves,
  ADD CONSTRAINT something_moves CHECK (
    (on_hand_delta, reserved_delta, picked_delta, damaged_delta, quality_hold_delta, incoming_delta) <> (0, 0, 0, 0, 0, 0));

ALTER TABLE stock_lots
  ADD COLUMN picked bigint NOT NULL DEFAULT 0 CHECK (picked >= 0),
  DROP CONSTRAINT lot_has_what_is_held_back,
  ADD CONSTRAINT lot_has_what_is_held_back CHECK (picked + damaged + quality_hold <= on_hand);

ALTER TABLE allocations
  ADD COLUMN picked_at timestamptz,
  ADD COLUMN picked_by text,
  ADD CONSTRAINT picked_by_somebody CHECK ((picked_at IS NULL) = (picked_by IS NULL)),
  ADD CONSTRAINT released_is_put_back CHECK (state <> 'released' OR picked_at IS NULL);

CREATE TABLE parcel_lots (
  order_id text NOT NULL REFERENCES orders(id),
  number int NOT NULL,
  sku text NOT NULL REFERENCES items(sku),
  lot text NOT NULL,
  units bigint NOT NULL CHECK (units > 0),
  PRIMARY KEY (order_id, number, sku, lot)
);
`);
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
