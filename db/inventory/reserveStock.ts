import type { SourcingPlan } from '../../domain/inventory/sourcing/plan';
import { planSourcing } from '../../domain/inventory/sourcing/planSourcing';
import { withhold, type Kept, type OwnUnits } from '../../domain/inventory/withhold';
import { prepared, type Transaction } from '../prepared';
import { SHIP_DAY } from './locations/shipDay';
import { StockRaceLost } from './stockRace';
import { sumUnits } from './sumUnits';
import { readSourcing, type SourcingLine, type SourcingRecord } from './readSourcing';

export interface Reservation {
  /** A line is short and may not wait: nothing was allocated. */
  rejected: boolean;
  /** What was allocated now, under the numbers of the parcels in which it leaves. */
  fulfilments: { number: number; location: string; lines: { lineId: string; units: number }[] }[];
  /** Lines of which `short` units could not be had. */
  short: (SourcingLine & { short: number })[];
  /** The same by item, over all lines of it. */
  missing: { sku: string; wanted: number; available: number }[];
}

/**
 * Allocates what the order's open units need where the channel's strategy says, backorders the rest if the lines' policies let it
 * wait, and keeps why. Two statements: what there is, read without a lock; then the allocation, which locks rows by SKU and
 * location (no deadlock) and repeats its condition for the row as it is when the lock is granted. The CHECK `never_oversold` stands
 * behind it. An order with a short line that may not wait gets nothing. `own`: units that this transaction has freed for it.
 * @throws {StockRaceLost} nothing is reserved; run the whole transaction again.
 */
export async function reserveStock(
  transaction: Transaction,
  orderId: string,
  actor: string,
  own: readonly OwnUnits[] = [],
): Promise<Reservation> {
  const record = await readSourcing(transaction, orderId);
  const { demands, destination, channel, strategy, lines } = record;
  const { candidates, kept } = withhold(record.candidates, record.withheld, own);
  const plan = planSourcing({ demands, candidates, destination, channel, strategy });
  const shortOf = new Map(plan.short.map(({ lineId, units }) => [lineId, units]));
  const short = lines.flatMap((line) => {
    const units = shortOf.get(line.lineId) ?? 0;
    return units > 0 ? [{ ...line, short: units }] : [];
  });
  const rejected = short.some(({ shortage }) => shortage === 'reject');
  const fulfilments = rejected
    ? []
    : plan.fulfilments.map((fulfilment, index) => ({ number: record.lastNumber + index + 1, ...fulfilment }));
  await allocate(transaction, {
    orderId,
    actor,
    fulfilments,
    kept,
    own,
    record,
    plan,
    short: rejected ? [] : short,
    rejected,
  });
  return { rejected, fulfilments, short, missing: missingItems(lines, short) };
}

function missingItems(lines: readonly SourcingLine[], short: Reservation['short']): Reservation['missing'] {
  return [...new Set(short.map(({ sku }) => sku))].map((sku) => {
    const wanted = lines.reduce((sum, line) => sum + (line.sku === sku ? line.units : 0), 0);
    const lacking = short.reduce((sum, line) => sum + (line.sku === sku ? line.short : 0), 0);
    return { sku, wanted, available: wanted - lacking };
  });
}

interface Allocation extends Omit<Reservation, 'missing'> {
  orderId: string;
  actor: string;
  kept: Kept;
  own: readonly OwnUnits[];
  record: SourcingRecord;
  plan: SourcingPlan;
}

async function allocate(transaction: Transaction, allocation: Allocation): Promise<void> {
  const { orderId, actor, fulfilments, short, rejected, record, plan, kept, own } = allocation;
  const backordered = short.flatMap(({ lineId, components, short: units }) =>
    components.map(({ sku, quantity }) => ({ line_id: lineId, sku, units: units * quantity })),
  );
  const shortOf = new Map(short.map(({ lineId, short: units }) => [lineId, units]));
  const lines = rejected
    ? []
    : record.lines.map(({ lineId, shortage }) => ({ line_id: lineId, shortage, units: shortOf.get(lineId) ?? 0 }));
  const { rows } = await prepared<{ rows: [{ taken: number; wanted: number; daysTaken: number; daysWanted: number }] }>(
    transaction,
    ALLOCATE,
    {
      orderId,
      actor,
      allocations: JSON.stringify(
        fulfilments.flatMap(({ number, location, lines }) =>
          lines.map(({ lineId, units }) => ({ number, line_id: lineId, location, quantity: units })),
        ),
      ),
      units: JSON.stringify(sumUnits(fulfilments, record.lines, kept)),
      own: JSON.stringify(own),
      backordered: JSON.stringify(backordered),
      lines: JSON.stringify(lines),
      attempt: record.decisions + 1,
      decision: JSON.stringify({ ...plan.explanation, fulfilments, short: plan.short, rejected }),
    },
  );
  const { taken, wanted, daysTaken, daysWanted } = rows[0];
  if (taken !== wanted) throw new StockRaceLost('stock was taken by another order');
  if (daysTaken !== daysWanted) throw new StockRaceLost('the last place of the day was taken by another order');
}

const ALLOCATE = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset(:allocations::jsonb) AS g(number int, line_id text, location text, quantity int)
), wanted AS (
  SELECT * FROM jsonb_to_recordset(:units::jsonb) AS w(sku text, location text, units bigint, kept bigint)
), own AS (
  SELECT * FROM jsonb_to_recordset(:own::jsonb) AS o(sku text, location text, units bigint)
), locked AS MATERIALIZED (
  SELECT s.sku, s.location FROM stock_levels s JOIN wanted USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
), taken AS (
  UPDATE stock_levels s SET reserved = s.reserved + w.units, updated_at = now()
  FROM wanted w JOIN locked USING (sku, location)
  WHERE s.sku = w.sku AND s.location = w.location
    AND (s.on_hand - s.reserved - s.damaged - s.quality_hold - greatest(s.safety_stock, w.kept) >= w.units
      OR w.units <= (SELECT units FROM own WHERE own.sku = w.sku AND own.location = w.location))
  RETURNING s.sku, s.location, w.units
), moved AS (
  INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
  SELECT sku, location, 0, units, 'allocated', :orderId, :actor FROM taken
), asked AS (
  SELECT DISTINCT location, ${SHIP_DAY} AS day, p.daily_capacity FROM given JOIN locations p ON p.id = location
  WHERE p.daily_capacity IS NOT NULL
), day_taken AS (
  INSERT INTO location_days AS d (location, day, taken) SELECT location, day, 1 FROM asked WHERE daily_capacity > 0 ORDER BY location
  ON CONFLICT (location, day) DO UPDATE SET taken = d.taken + 1
    WHERE d.taken < (SELECT daily_capacity FROM asked WHERE location = d.location)
  RETURNING location, day
), allocated AS (
  INSERT INTO allocations (order_id, number, line_id, location, quantity, capacity_day)
  SELECT :orderId, g.number, g.line_id, g.location, g.quantity, d.day FROM given g LEFT JOIN day_taken d USING (location)
), short AS (
  SELECT * FROM jsonb_to_recordset(:backordered::jsonb) AS b(line_id text, sku text, units bigint)
), unasked AS (
  DELETE FROM backorders b WHERE b.order_id = :orderId AND NOT EXISTS (SELECT FROM short WHERE short.line_id = b.line_id AND short.sku = b.sku)
), claims AS (
  INSERT INTO backorders AS b (line_id, sku, order_id, channel, units, priority, promised_at)
  SELECT short.line_id, short.sku, :orderId, o.channel, short.units, o.priority, coalesce(l.first_promised_at, 'infinity')
  FROM short JOIN orders o ON o.id = :orderId JOIN order_lines l ON l.id = short.line_id
  ON CONFLICT (line_id, sku) DO UPDATE SET units = excluded.units
), lines AS (
  UPDATE order_lines l SET allocated = l.allocated + coalesce(g.units, 0), backordered = coalesce(b.units, 0), shortage = b.shortage
  FROM jsonb_to_recordset(:lines::jsonb) AS b(line_id text, units int, shortage text)
    LEFT JOIN (SELECT line_id, sum(quantity)::int AS units FROM given GROUP BY line_id) g USING (line_id)
  WHERE l.id = b.line_id
), told AS (
  INSERT INTO sourcing_decisions (order_id, attempt, decision) SELECT :orderId, :attempt, :decision::jsonb
)
SELECT (SELECT count(*) FROM taken)::int AS taken, (SELECT count(*) FROM wanted)::int AS wanted,
  (SELECT count(*) FROM day_taken)::int AS "daysTaken", (SELECT count(*) FROM asked)::int AS "daysWanted"`;
