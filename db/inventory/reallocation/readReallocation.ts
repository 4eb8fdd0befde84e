import type {
  Gainer,
  ReallocationDemand,
  ReallocationPlace,
  ReallocationQuestion,
} from '../../../domain/inventory/reallocation/reallocate';
import { DEFAULT_STRATEGY, type SourcingStrategy } from '../../../domain/inventory/sourcing/strategy';
import type { Destination } from '../../../domain/inventory/sourcing/types';
import { prepared, type Transaction } from '../../prepared';
import { SHIP_DAY } from '../locations/shipDay';
import { CLASS_OF_ORDER } from './classes';

type Row = ReallocationDemand & { channel: string; destination: Destination };

/**
 * Lines that wait, of classes that may gain; and what others that may lose have of the same items in parcels that were neither begun
 * nor picked.
 */
const READ = `
WITH contested AS (
  SELECT DISTINCT sku FROM backorders WHERE :sku::text IS NULL OR sku = :sku
), named AS (
  SELECT line_id AS id FROM backorders
  UNION
  SELECT a.line_id FROM allocations a JOIN order_lines l ON l.id = a.line_id
  WHERE a.state = 'allocated' AND l.shortage <> 'reject' AND EXISTS (SELECT FROM reallocation_classes WHERE class IN ('fill', 'lose'))
    AND EXISTS (SELECT FROM jsonb_to_recordset(coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku)))) AS u(sku text)
      JOIN contested USING (sku))
), demands AS (
  SELECT l.id, l.order_id, l.sku, o.channel, o.priority, ${CLASS_OF_ORDER} AS class, l.backordered, l.allocated, l.fulfilled, l.shortage,
    l.first_promised_at, coalesce((SELECT min(b.asked_at) FROM backorders b WHERE b.line_id = l.id), l.placed_at) AS asked_at,
    coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1))) AS components,
    (SELECT json_build_object('country', coalesce(c.shipping_address->>'country', ''), 'coordinates', c.shipping_address->'coordinates')
     FROM order_contacts c WHERE c.order_id = o.id) AS destination,
    coalesce((SELECT json_agg(json_build_object('location', location, 'units', units) ORDER BY location) FROM (
      SELECT a.location, sum(a.quantity)::int AS units FROM allocations a
      WHERE a.line_id = l.id AND a.state = 'allocated' AND a.picked_at IS NULL
        AND NOT EXISTS (SELECT FROM shipments s WHERE s.order_id = a.order_id AND s.number = a.number)
      GROUP BY a.location) open), '[]') AS confirmed
  FROM named JOIN order_lines l USING (id) JOIN orders o ON o.id = l.order_id WHERE o.closed_at IS NULL
), wanted AS (
  SELECT * FROM demands WHERE (class IN ('win', 'keep') AND backordered > 0) OR (class IN ('fill', 'lose') AND allocated > 0 AND shortage <> 'reject')
)
SELECT
  (SELECT json_agg(json_build_object('orderId', order_id, 'lineId', id, 'sku', sku, 'class', class, 'priority', priority, 'channel', channel,
     'destination', destination, 'askedAt', to_char(asked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
     'promisedAt', to_char(first_promised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
     'wanted', allocated + fulfilled + backordered, 'confirmed', confirmed, 'components', components,
     'locked', allocated + fulfilled - (SELECT coalesce(sum((c->>'units')::int), 0) FROM json_array_elements(confirmed) c)))
   FROM wanted) AS demands,
  (SELECT json_agg(json_build_object('location', s.location, 'sku', s.sku, 'onHand', s.on_hand, 'safetyStock', s.safety_stock,
     'sellable', s.on_hand - s.reserved - s.damaged - s.quality_hold)) FROM stock_levels s WHERE s.sku IN (
     SELECT u.sku FROM wanted CROSS JOIN LATERAL jsonb_to_recordset(components) AS u(sku text))) AS levels,
  (SELECT json_agg(json_build_object('location', p.id, 'kind', p.kind, 'priority', p.priority, 'country', p.address->>'country',
     'coordinates', CASE WHEN p.latitude IS NOT NULL THEN json_build_object('latitude', p.latitude, 'longitude', p.longitude) END,
     'active', p.active, 'channels', p.channels,
     'capacityLeft', CASE WHEN p.daily_capacity IS NOT NULL THEN greatest(p.daily_capacity - coalesce(d.taken, 0), 0) END)
     ORDER BY p.priority, p.id) FROM locations p LEFT JOIN location_days d ON d.location = p.id AND d.day = ${SHIP_DAY}) AS places,
  (SELECT json_agg(json_build_object('channel', channel, 'sku', sku, 'units', buffer_units, 'percent', buffer_percent))
   FROM channel_stock_rules WHERE num_nonnulls(buffer_units, buffer_percent) > 0) AS buffers,
  (SELECT json_object_agg(channel, strategy) FROM sourcing_strategies WHERE active) AS strategies`;

interface Level {
  location: string;
  sku: string;
  onHand: number;
  safetyStock: number;
  sellable: number;
}

interface Buffer {
  channel: string;
  /** Null: of every item that no other rule says it of. */
  sku: string | null;
  units: number | null;
  percent: number | null;
}

interface Answer {
  demands: Row[] | null;
  levels: Level[] | null;
  places: Omit<ReallocationPlace, 'sellable'>[] | null;
  buffers: Buffer[] | null;
  strategies: Record<string, SourcingStrategy> | null;
}

/**
 * Everything that a re-allocation is planned from: all that wait, and what can be taken of one item, or of all that somebody waits for.
 * One statement, without a lock.
 */
export async function readReallocation(transaction: Transaction, sku: string | null): Promise<ReallocationQuestion> {
  const { rows } = await prepared<{ rows: [Answer] }>(transaction, READ, { sku });
  const { demands, levels, places, buffers, strategies } = rows[0];
  const keptBy = findKept(levels ?? [], buffers ?? []);
  const sellable = new Map<string, Record<string, number>>();
  for (const level of levels ?? [])
    sellable.set(level.location, { ...sellable.get(level.location), [level.sku]: level.sellable });
  return {
    places: (places ?? []).map((place) => ({ ...place, sellable: sellable.get(place.location) ?? {} })),
    demands: (demands ?? []).map(({ channel: _channel, destination: _destination, ...demand }) => demand),
    gainers: new Map(
      (demands ?? [])
        .filter((demand) => demand.class === 'win' || demand.class === 'keep')
        .map(({ orderId, channel, destination }) => [
          orderId,
          { channel, destination, strategy: strategies?.[channel] ?? DEFAULT_STRATEGY, kept: keptBy(channel) },
        ]),
    ),
  };
}

/** What stays of each level for a channel, as `readSourcing` has it: a field that the rule for the item leaves out, the general rule says. */
function findKept(levels: readonly Level[], buffers: readonly Buffer[]): (channel: string) => Gainer['kept'] {
  const levelAt = new Map(levels.map((level) => [`${level.location}\n${level.sku}`, level]));
  const bufferOf = new Map(buffers.map((buffer) => [`${buffer.channel}\n${buffer.sku ?? ''}`, buffer]));
  return (channel) => (location, sku) => {
    const level = levelAt.get(`${location}\n${sku}`);
    if (level === undefined) return 0;
    const [own, general] = [bufferOf.get(`${channel}\n${sku}`), bufferOf.get(`${channel}\n`)];
    const percent = own?.percent ?? general?.percent ?? 0;
    return Math.max(
      level.safetyStock,
      own?.units ?? general?.units ?? 0,

      Math.ceil((level.onHand * percent) / 100),
    );
  };
}
