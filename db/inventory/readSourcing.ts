import type { SourcingStrategy } from '../../domain/inventory/sourcing/strategy';
import { DEFAULT_STRATEGY } from '../../domain/inventory/sourcing/strategy';
import type { Candidate, Demand, Destination } from '../../domain/inventory/sourcing/types';
import type { StockedCandidate } from '../../domain/inventory/withhold';
import type { ShortagePolicy } from '../../domain/inventory/shortage';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { SHIP_DAY } from './locations/shipDay';
import { QUEUE_ORDER, QUEUE_PLACE, waitsBefore } from './queueOrder';

export interface SourcingLine {
  lineId: string;
  sku: string;
  /** It is in the catalogue. */
  known: boolean;
  /** Units that are not decided yet. */
  units: number;
  components: Demand['components'];
  shortage: ShortagePolicy;
  /** From when the item is sold, where that is still to come: a preorder until then. ISO 8601. */
  availableFrom: string | null;
}

/** Everything that it is decided from where an order's open units come from. */
export interface SourcingRecord {
  channel: string;
  destination: Destination;
  strategy: SourcingStrategy;
  lines: SourcingLine[];
  demands: Demand[];
  candidates: StockedCandidate[];
  /** Units, by SKU, to which orders that are served first have a claim. */
  withheld: Record<string, number>;
  /** The highest number of a parcel so far; 0: none. */
  lastNumber: number;
  /** How often it was decided before. */
  decisions: number;
}

interface Row {
  channel: string;
  country: string | null;
  coordinates: { latitude: number; longitude: number } | null;
  strategy: SourcingStrategy | null;
  lines: SourcingLine[] | null;
  candidates: (Omit<Candidate, 'available'> & { stock: StockedCandidate['stock'] })[] | null;
  withheld: Record<string, number> | null;
  lastNumber: number;
  decisions: number;
}

const OF_ORDER = `
given AS (
  SELECT o.channel, c.shipping_address AS address FROM orders o JOIN order_contacts c ON c.order_id = o.id WHERE o.id = :orderId
), lines AS (
  SELECT l.id, l.sku, l.position, CASE WHEN l.backordered > 0 THEN l.shortage END AS shortage, l.quantity - l.cancelled - l.allocated - l.fulfilled AS units,
    coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1))) AS components
  FROM order_lines l WHERE l.order_id = :orderId AND l.quantity - l.cancelled - l.allocated - l.fulfilled > 0
)`;

/** The same of lines that are no order: of a cart, or of a question. Their ids are their positions. */
const OF_CART = `
given AS (
  SELECT :channel::text AS channel, :address::jsonb AS address
), lines AS (
  SELECT l.position::text AS id, l.sku, l.position, NULL AS shortage, l.quantity AS units,
    coalesce((SELECT jsonb_agg(jsonb_build_object('sku', c.sku, 'quantity', c.quantity) ORDER BY c.sku)
      FROM item_components c WHERE c.kit = l.sku), jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1))) AS components
  FROM jsonb_to_recordset(:lines::jsonb) AS l(sku text, position int, quantity int)
)`;

const read = (subject: string) => `
WITH ${subject}, skus AS (
  SELECT DISTINCT u.sku FROM lines l CROSS JOIN LATERAL jsonb_to_recordset(l.components) AS u(sku text)
), rules AS (
  SELECT r.sku, r.buffer_units, r.buffer_percent, r.shortage FROM channel_stock_rules r
  WHERE r.channel = (SELECT channel FROM given) AND (r.sku IS NULL OR r.sku IN (SELECT sku FROM skus) OR r.sku IN (SELECT sku FROM lines))
), stock AS (
  SELECT s.location, json_object_agg(s.sku, json_build_object('sellable', s.on_hand - s.reserved - s.damaged - s.quality_hold,
    'kept', greatest(s.safety_stock, coalesce(r.buffer_units, a.buffer_units, 0),
      ceil(s.on_hand * coalesce(r.buffer_percent, a.buffer_percent, 0) / 100.0)::bigint))) AS stock
  FROM skus JOIN stock_levels s USING (sku) LEFT JOIN rules r ON r.sku = s.sku LEFT JOIN rules a ON a.sku IS NULL
  GROUP BY s.location
), claims AS (
  SELECT b.sku, sum(b.units)::bigint AS units FROM skus JOIN backorders b USING (sku)
    LEFT JOIN LATERAL (SELECT ${QUEUE_PLACE} FROM backorders WHERE order_id = :orderId AND sku = b.sku
      ORDER BY ${QUEUE_ORDER} LIMIT 1) own ON true
  WHERE b.order_id <> :orderId AND (own.asked_at IS NULL OR ${waitsBefore('b', 'own', ':orderId')})
  GROUP BY b.sku
)
SELECT given.channel, address->>'country' AS country, address->'coordinates' AS coordinates,
  (SELECT strategy FROM sourcing_strategies WHERE channel = given.channel AND active) AS strategy,
  (SELECT json_agg(json_build_object('lineId', l.id, 'sku', l.sku, 'known', i.sku IS NOT NULL, 'units', l.units, 'components', l.components,
     'shortage', coalesce(l.shortage, r.shortage, a.shortage, i.shortage, 'reject'),
     'availableFrom', CASE WHEN i.available_from > now() THEN i.available_from END) ORDER BY l.position)
   FROM lines l LEFT JOIN items i ON i.sku = l.sku LEFT JOIN rules r ON r.sku = l.sku LEFT JOIN rules a ON a.sku IS NULL) AS lines,
  (SELECT json_agg(json_build_object('location', p.id, 'kind', p.kind, 'priority', p.priority, 'country', p.address->>'country',
     'coordinates', CASE WHEN p.latitude IS NOT NULL THEN json_build_object('latitude', p.latitude, 'longitude', p.longitude) END,
     'active', p.active, 'channels', p.channels, 'capacityLeft', CASE WHEN p.daily_capacity IS NOT NULL THEN greatest(p.daily_capacity - coalesce(d.taken, 0), 0) END, 'stock', stock.stock)
     ORDER BY p.priority, p.id)
   FROM stock JOIN locations p ON p.id = stock.location
   LEFT JOIN location_days d ON d.location = p.id AND d.day = ${SHIP_DAY}) AS candidates,
  (SELECT json_object_agg(sku, units) FROM claims) AS withheld,
  coalesce((SELECT max(number) FROM allocations WHERE order_id = :orderId), 0) AS "lastNumber",
  (SELECT count(*) FROM sourcing_decisions WHERE order_id = :orderId)::int AS decisions
FROM given`;

const READ_ORDER = read(OF_ORDER);
const READ_CART = read(OF_CART);

/** Of an order's open units. One statement, without a lock. */
export async function readSourcing(transaction: Transaction, orderId: string): Promise<SourcingRecord> {
  const { rows } = await prepared<{ rows: [Row] }>(transaction, READ_ORDER, { orderId });
  return toRecord(rows[0]);
}

export interface Cart {
  channel: string;
  country: string | null;
  coordinates: Destination['coordinates'];
  lines: readonly { sku: string; quantity: number }[];
}

/** Of lines that are no order. Each line's id is its position, from 1 on. */
export async function readCartSourcing(on: Database | Transaction, cart: Cart): Promise<SourcingRecord> {
  const { rows } = await prepared<{ rows: [Row] }>(on, READ_CART, {
    orderId: '',
    channel: cart.channel,
    address: JSON.stringify({ country: cart.country, coordinates: cart.coordinates }),
    lines: JSON.stringify(cart.lines.map((line, index) => ({ ...line, position: index + 1 }))),
  });
  return toRecord(rows[0]);
}

function toRecord({ country, coordinates, strategy, lines, candidates, withheld, ...rest }: Row): SourcingRecord {
  return {
    ...rest,
    destination: { country: country ?? '', coordinates },
    strategy: strategy ?? DEFAULT_STRATEGY,
    lines: lines ?? [],
    demands: (lines ?? []).map(({ lineId, units, components }) => ({ lineId, units, components })),
    candidates: candidates ?? [],
    withheld: withheld ?? {},
  };
}
