import type { ItemSupply, SupplyShelf } from '../../domain/inventory/promise';
import { mayServe } from '../../domain/inventory/sourcing/mayServe';
import { DEFAULT_STRATEGY, type SourcingStrategy } from '../../domain/inventory/sourcing/strategy';
import type { LocationKind } from '../../domain/inventory/sourcing/types';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { CUT_OFF } from './locations/shipDay';
import { QUEUE_ORDER, QUEUE_PLACE, waitsBefore } from './queueOrder';

export interface ChannelSupply extends ItemSupply {
  /** From when the item is sold, where that is still to come. */
  availableFrom: number | null;
  /** When it counts as low and as back for the channel; null: no rule says it. */
  lowUnits: number | null;
  backUnits: number | null;
}

interface Row {
  sku: string;
  now: number;
  strategy: SourcingStrategy | null;
  shelves:
    | (SupplyShelf & {
        kind: LocationKind;
        priority: number;
        country: string;
        active: boolean;
        channels: string[] | null;
      })[]
    | null;
  claimed: number;
  availableFrom: number | null;
  lowUnits: number | null;
  backUnits: number | null;
}

const READ = `
SELECT i.sku, (extract(epoch FROM now()) * 1000)::float8 AS now,
  (SELECT strategy FROM sourcing_strategies WHERE channel = :channel AND active) AS strategy,
  (SELECT json_agg(json_build_object('location', p.id, 'kind', p.kind, 'priority', p.priority, 'country', p.address->>'country',
     'active', p.active, 'channels', p.channels, 'cutOff', ${CUT_OFF}, 'onHand', s.on_hand,
     'sellable', s.on_hand - s.reserved - s.damaged - s.quality_hold,
     'keptUnits', greatest(s.safety_stock, coalesce(r.buffer_units, a.buffer_units, 0)),
     'keptPercent', coalesce(r.buffer_percent, a.buffer_percent, 0),
     'receipts', coalesce((SELECT json_agg(json_build_object('at', extract(epoch FROM e.expected_at) * 1000, 'units', e.units))
        FROM expected_stock e WHERE e.sku = s.sku AND e.location = s.location AND e.expected_at > now()), '[]'))
     ORDER BY p.priority, p.id)
   FROM stock_levels s JOIN locations p ON p.id = s.location WHERE s.sku = i.sku) AS shelves,
  (SELECT coalesce(sum(b.units), 0)::bigint FROM backorders b WHERE b.sku = i.sku AND b.line_id <> ALL (:askers::text[])
     AND (own.asked_at IS NULL OR ${waitsBefore('b', 'own', 'own.order_id')})) AS claimed,
  CASE WHEN i.available_from > now() THEN (extract(epoch FROM i.available_from) * 1000)::float8 END AS "availableFrom",
  coalesce(r.low_units, a.low_units) AS "lowUnits",
  CASE WHEN r.low_units IS NULL THEN a.back_units ELSE r.back_units END AS "backUnits"
FROM items i
LEFT JOIN LATERAL (SELECT ${QUEUE_PLACE}, order_id FROM backorders WHERE line_id = ANY (:askers::text[]) AND sku = i.sku
  ORDER BY ${QUEUE_ORDER} LIMIT 1) own ON true
LEFT JOIN channel_stock_rules r ON r.channel = :channel AND r.sku = i.sku
LEFT JOIN channel_stock_rules a ON a.channel = :channel AND a.sku IS NULL
WHERE i.sku = ANY (:skus)`;

/**
 * What can be promised to a channel of these items, where its strategy lets them come from, now and by what is expected. Orders
 * that wait are served in the order of their claims (`queueOrder.ts`), as soon as there is anything: what they wait for is due at once,
 * whatever day they were promised. `askers`: the lines of the order that asks. Only who waits before it has a claim, where it
 * waits already. `country`: null is any.
 */
export async function readSupply(
  on: Database | Transaction,
  question: { skus: readonly string[]; channel: string; country: string | null; askers?: readonly string[] },
): Promise<{ now: number; items: Map<string, ChannelSupply> }> {
  const { skus, channel, country, askers = [] } = question;
  const { rows } = await prepared<{ rows: Row[] }>(on, READ, {
    skus: [...new Set(skus)],
    channel,
    askers,
  });
  const items = rows.map(({ sku, shelves, claimed, strategy, availableFrom, lowUnits, backUnits }) => {
    const serves = (shelf: NonNullable<Row['shelves']>[number]) =>
      mayServe({ ...shelf, coordinates: null }, { strategy: strategy ?? DEFAULT_STRATEGY, channel, country });
    const supply: ChannelSupply = {
      shelves: (shelves ?? [])
        .filter(serves)
        .map(({ location, onHand, sellable, keptUnits, keptPercent, receipts, cutOff = null }) => ({
          ...{ location, onHand, sellable, keptUnits, keptPercent, receipts, cutOff },
        })),
      demands: claimed > 0 ? [{ at: null, units: claimed }] : [],
      ...{ availableFrom, lowUnits, backUnits },
    };
    return [sku, supply] as const;
  });
  return { now: rows[0]?.now ?? 0, items: new Map(items) };
}
