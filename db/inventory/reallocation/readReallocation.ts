import type { ReallocationClass } from '../../../domain/inventory/reallocation/classes';
import type { FreeStock, ReallocationDemand } from '../../../domain/inventory/reallocation/reallocate';
import { mayServe } from '../../../domain/inventory/sourcing/mayServe';
import { DEFAULT_STRATEGY, type SourcingStrategy } from '../../../domain/inventory/sourcing/strategy';
import type { Candidate } from '../../../domain/inventory/sourcing/types';
import { prepared, type Transaction } from '../../prepared';
import { CLASS_OF_ORDER } from './classes';

export interface ContestedLine extends ReallocationDemand {
  sku: string;
}

type Row = Omit<ContestedLine, 'reach'> & { channel: string; country: string | null };

/**
 * Lines that wait, of classes that may gain; and what others that may lose have of the same items in parcels that were neither begun
 * nor picked.
 */
const READ = `
WITH contested AS (
  SELECT DISTINCT sku FROM backorders WHERE :sku::text IS NULL OR sku = :sku
), named AS (
  SELECT l.id FROM backorders b JOIN order_lines l ON l.id = b.line_id WHERE b.sku IN (SELECT sku FROM contested)
  UNION
  SELECT a.line_id FROM allocations a JOIN order_lines l ON l.id = a.line_id
  WHERE a.state = 'allocated' AND l.shortage <> 'reject' AND EXISTS (SELECT FROM reallocation_classes WHERE class IN ('fill', 'lose'))
    AND EXISTS (SELECT FROM jsonb_to_recordset(coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku)))) AS u(sku text)
      JOIN contested USING (sku))
), demands AS (
  SELECT l.id, l.order_id, l.sku, o.channel, o.priority, ${CLASS_OF_ORDER} AS class, l.backordered, l.allocated, l.fulfilled, l.shortage,
    l.first_promised_at, coalesce((SELECT min(b.asked_at) FROM backorders b WHERE b.line_id = l.id), l.placed_at) AS asked_at,
    coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1))) AS components,
    (SELECT c.shipping_address->>'country' FROM order_contacts c WHERE c.order_id = o.id) AS country,
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
     'country', country, 'askedAt', to_char(asked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
     'promisedAt', to_char(first_promised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
     'wanted', allocated + fulfilled + backordered, 'confirmed', confirmed, 'components', components,
     'locked', allocated + fulfilled - (SELECT coalesce(sum((c->>'units')::int), 0) FROM json_array_elements(confirmed) c)))
   FROM wanted) AS demands,
  (SELECT json_agg(json_build_object('location', s.location, 'sku', s.sku, 'units', s.available) ORDER BY s.location, s.sku)
   FROM stock_levels s WHERE s.available > 0 AND s.sku IN (
     SELECT u.sku FROM wanted CROSS JOIN LATERAL jsonb_to_recordset(components) AS u(sku text))) AS free,
  (SELECT json_agg(json_build_object('location', p.id, 'kind', p.kind, 'priority', p.priority, 'country', p.address->>'country',
     'coordinates', NULL, 'active', p.active, 'channels', p.channels) ORDER BY p.priority, p.id) FROM locations p) AS places,
  (SELECT json_object_agg(channel, strategy) FROM sourcing_strategies WHERE active) AS strategies`;

interface Answer {
  demands: Row[] | null;
  free: FreeStock | null;
  places: Omit<Candidate, 'capacityLeft' | 'available'>[] | null;
  strategies: Record<string, SourcingStrategy> | null;
}

/** Everything that a re-allocation is planned from, of one item or of all that somebody waits for. One statement, without a lock. */
export async function readReallocation(
  transaction: Transaction,
  sku: string | null,
): Promise<{ free: FreeStock; demands: ContestedLine[] }> {
  const { rows } = await prepared<{ rows: [Answer] }>(transaction, READ, { sku });
  const { demands, free, places, strategies } = rows[0];
  const known = new Map<string, string[]>();
  const reachOf = (channel: string, country: string | null): string[] => {
    const key = `${channel}\n${country ?? ''}`;
    const strategy = strategies?.[channel] ?? DEFAULT_STRATEGY;
    const reach =
      known.get(key) ??
      (places ?? []).filter((place) => mayServe(place, { strategy, channel, country })).map(({ location }) => location);
    known.set(key, reach);
    return reach;
  };
  const gains = (of: ReallocationClass): boolean => of === 'win' || of === 'keep';
  return {
    free: free ?? [],
    demands: (demands ?? []).map(({ channel, country, ...demand }) => ({
      ...demand,
      reach: gains(demand.class) ? reachOf(channel, country) : [],
    })),
  };
}
