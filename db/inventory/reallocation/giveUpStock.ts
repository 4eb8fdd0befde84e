import type { ReallocationClass, UnitsAtPlace } from '../../../domain/inventory/reallocation/classes';
import { countServed, planGiving, type OpenUnits } from '../../../domain/inventory/reallocation/planGiving';
import { prepared, type Transaction } from '../../prepared';
import { giveBackPlaces } from '../giveBackPlaces';
import { isAt, lockLevels } from '../lockLevels';
import { moveStock } from '../moveStock';
import { CLASS_OF_ORDER } from './classes';
import { rankClaims } from './rankClaims';

export interface GiveUpRequest {
  orderId: string;
  lineId: string;
  takes: readonly UnitsAtPlace[];
  /** The re-allocation that asks: a line gives up something once for each. */
  requestId: string;
  actor: string;
}

export interface GivenUp {
  sku: string;
  components: { sku: string; quantity: number }[];
  /** What was given up, by parcel. */
  parcels: OpenUnits[];
  units: number;
  /** What the line waits for now. */
  backordered: number;
}

interface Line {
  sku: string;
  components: { sku: string; quantity: number }[];
  class: ReallocationClass;
  backordered: number;
  open: OpenUnits[] | null;
}

interface Claim {
  sku: string;
  location: string;
  units: number;
  kept: number;
}

/** From which rank on claims may take from a class, see `rankClaims`. */
const TAKERS: Record<ReallocationClass, number | null> = { win: null, keep: null, fill: 1, lose: 0 };

/**
 * Takes units back from a line, under the lock of its order (`changeOrder`): from parcels that were neither begun nor picked, as
 * its class still lets it, and as far as others want them. They are free, and the line waits for them again, after those others.
 * @returns null when nothing was given up: it was before, or there is nothing that it may lose.
 */
export async function giveUpStock(transaction: Transaction, request: GiveUpRequest): Promise<GivenUp | null> {
  const { orderId, lineId, takes, requestId, actor } = request;
  const { rows } = await prepared<{ rows: Line[] }>(transaction, READ_LINE, { orderId, lineId, requestId });
  const line = rows[0];
  if (line === undefined) return null;
  const { sku, components, open, backordered } = line;
  const least = TAKERS[line.class];
  const parcels = least === null ? [] : await findGiving(transaction, { orderId, components, open, takes, least });
  const units = parcels.reduce((sum, parcel) => sum + parcel.units, 0);
  if (units > 0) {
    const moves = parcels.flatMap(({ location, units: given }) =>
      components.map((part) => ({ sku: part.sku, location, reserved: -given * part.quantity })),
    );
    await moveStock(transaction, moves, { reason: 'given_up', document: orderId, actor });
  }
  const cuts = JSON.stringify(parcels.map(({ number, units: given }) => ({ number, units: given })));
  const given = { orderId, lineId, requestId, units, cuts, components: JSON.stringify(components) };
  await prepared(transaction, GIVE_UP, given);
  await giveBackPlaces(transaction, orderId);
  if (units === 0) return null;
  await rankClaims(transaction, orderId);
  return { sku, components, parcels, units, backordered: backordered + units };
}

async function findGiving(
  transaction: Transaction,
  asked: Pick<Line, 'components' | 'open'> & { orderId: string; takes: readonly UnitsAtPlace[]; least: number },
): Promise<OpenUnits[]> {
  const { orderId, components, takes, least } = asked;
  const open = (asked.open ?? []).filter(({ location }) => takes.some((take) => take.location === location));
  if (open.length === 0) return [];
  const levels = await lockLevels(
    transaction,
    open.flatMap(({ location }) => components.map(({ sku }) => ({ sku, location }))),
  );
  const { rows } = await prepared<{ rows: Claim[] }>(transaction, READ_CLAIMS, {
    ...{ orderId, least, skus: components.map(({ sku }) => sku), locations: open.map(({ location }) => location) },
  });
  const claimsAt = (location: string, sku: string) => rows.filter((claim) => isAt(claim, { sku, location }));
  // They are claims to an item, and so the same at each place but for what stays there.
  const [first] = open;
  const claims = Object.fromEntries(
    components.map(({ sku }) => [sku, claimsAt(first?.location ?? '', sku).reduce((sum, { units }) => sum + units, 0)]),
  );
  const free = (location: string, sku: string) => {
    const level = levels.find((one) => isAt(one, { sku, location }));
    return level === undefined ? 0 : countServed(claimsAt(location, sku), level.available + level.safetyStock);
  };
  return planGiving({ takes, open, components, claims, free });
}

/** What those that may take from it wait for, by channel, and what stays at each place for them, as `readSourcing` has it. */
const READ_CLAIMS = `
SELECT b.sku, s.location, b.units, greatest(s.safety_stock, coalesce(r.buffer_units, a.buffer_units, 0),
  ceil(s.on_hand * coalesce(r.buffer_percent, a.buffer_percent, 0) / 100.0)::bigint) AS kept
FROM (SELECT sku, channel, sum(units)::bigint AS units FROM backorders
  WHERE sku = ANY (:skus::text[]) AND class_rank >= :least AND order_id <> :orderId GROUP BY sku, channel) b
JOIN stock_levels s ON s.sku = b.sku AND s.location = ANY (:locations::text[])
LEFT JOIN channel_stock_rules r ON r.channel = b.channel AND r.sku = b.sku
LEFT JOIN channel_stock_rules a ON a.channel = b.channel AND a.sku IS NULL`;

const READ_LINE = `
SELECT l.sku, ${CLASS_OF_ORDER} AS class, l.backordered,
  coalesce(l.components, jsonb_build_array(jsonb_build_object('sku', l.sku, 'quantity', 1))) AS components,
  (SELECT json_agg(json_build_object('number', a.number, 'location', a.location, 'units', a.quantity) ORDER BY a.number)
   FROM allocations a WHERE a.line_id = l.id AND a.state = 'allocated' AND a.picked_at IS NULL
     AND NOT EXISTS (SELECT FROM shipments s WHERE s.order_id = a.order_id AND s.number = a.number)) AS open
FROM order_lines l JOIN orders o ON o.id = l.order_id
WHERE l.id = :lineId AND l.order_id = :orderId AND l.shortage <> 'reject'
  AND NOT EXISTS (SELECT FROM order_events e WHERE e.order_id = :orderId AND e.type = 'stock.given_up'
    AND e.data->>'requestId' = :requestId AND e.data->>'lineId' = :lineId)`;

const GIVE_UP = `
WITH cut AS (
  SELECT * FROM jsonb_to_recordset(:cuts::jsonb) AS c(number int, units int)
), shrunk AS (
  UPDATE allocations a SET quantity = CASE WHEN a.quantity > cut.units THEN a.quantity - cut.units ELSE a.quantity END,
    state = CASE WHEN a.quantity > cut.units THEN a.state ELSE 'released' END
  FROM cut WHERE a.order_id = :orderId AND a.line_id = :lineId AND a.number = cut.number AND a.state = 'allocated'
), line AS (
  UPDATE order_lines SET allocated = allocated - :units::int, backordered = backordered + :units::int WHERE id = :lineId AND :units::int > 0
), claims AS (
  INSERT INTO backorders AS b (line_id, sku, order_id, channel, units, priority, promised_at)
  SELECT :lineId, u.sku, o.id, o.channel, :units::int * u.quantity, o.priority, coalesce(l.first_promised_at, 'infinity')
  FROM orders o JOIN order_lines l ON l.id = :lineId CROSS JOIN jsonb_to_recordset(:components::jsonb) AS u(sku text, quantity int) WHERE o.id = :orderId AND :units::int > 0
  ON CONFLICT (line_id, sku) DO UPDATE SET units = b.units + excluded.units
)
UPDATE reallocation_lines SET given_up = coalesce(given_up, 0) + :units::int WHERE run_id = :requestId AND line_id = :lineId`;
