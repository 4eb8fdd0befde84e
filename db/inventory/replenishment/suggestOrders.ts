import { decideOrder } from '../../../domain/inventory/replenishment/decideOrder';
import { measureDemand } from '../../../domain/inventory/replenishment/demand';
import { explain, type Explanation } from '../../../domain/inventory/replenishment/explain';
import { stockPosition } from '../../../domain/inventory/replenishment/position';
import type { ReorderRulePolicy } from '../../../domain/inventory/replenishment/schema';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { inTransaction } from '../../transaction';
import { BACKORDERS_HERE, DEMAND_HERE, DRAFTED_HERE } from './stockFigures';

export interface Place {
  sku: string;
  location: string;
}

export interface RunStep {
  runId: string;
  /** ISO date, UTC. */
  day: string;
  windowDays: number;
  after: Place | null;
  limit: number;
}

interface RuleRow extends Place {
  id: string;
  policy: ReorderRulePolicy;
  multiple: number;
  minimumOrder: number;
  packSize: number;
  leadTimeDays: number;
  leadTimeSdDays: number;
  serviceLevel: number;
  supplier: string | null;
  onHand: number;
  reserved: number;
  damaged: number;
  qualityHold: number;
  incoming: number;
  backorders: number;
  drafted: number;
  days: number;
  units: number;
  squares: number;
  /** A review is due today, and nobody has put it off. */
  isDue: boolean;
}

/**
 * Looks at the next rules and writes what they suggest, in one transaction; a suggestion that is still open from an earlier run
 * makes way, also where there is nothing to suggest now. Repeated for the same run it changes nothing that has been decided since.
 * @returns where it came to, and how many rules it looked at; null where there are no more.
 */
export async function suggestOrders(database: Database, step: RunStep): Promise<{ last: Place; rules: number } | null> {
  return inTransaction(database, async (transaction) => {
    const places = await lockRules(transaction, step);
    const last = places.at(-1);
    if (last === undefined) return null;
    // Read in a statement of its own: what was approved while this one waited for its locks has to be seen.
    const rules = await readRules(transaction, step, places);
    const judged = rules.map((rule) => ({ rule, explanation: judge(rule, step.windowDays) }));
    await keepMaximums(transaction, step, judged);
    await replaceSuggestions(
      transaction,
      step,
      judged.filter(({ rule }) => rule.isDue),
    );
    return { last, rules: places.length };
  });
}

type Judged = { rule: RuleRow; explanation: Explanation };

function judge(row: RuleRow, windowDays: number): Explanation {
  const { onHand, reserved, damaged, qualityHold, incoming, backorders, drafted } = row;
  const { id, policy, multiple, minimumOrder, packSize, leadTimeDays, leadTimeSdDays, serviceLevel } = row;
  const parts = { onHand, reserved, damaged, qualityHold, incoming, backorders };
  const demand = measureDemand(row.days, row.units, row.squares);
  const decision = decideOrder({
    ...{ policy, demand, leadTimeDays, leadTimeSdDays, serviceLevel },
    position: stockPosition(parts) + drafted,
    sizes: { minimumOrder, multiple, packSize },
  });
  const rule = { id, policy, multiple, minimumOrder, packSize, leadTimeDays, leadTimeSdDays, serviceLevel };
  return explain({ parts, drafted, rule, demand: { ...demand, windowDays }, decision });
}

async function lockRules(transaction: Transaction, { after, limit }: RunStep): Promise<Place[]> {
  const { rows } = await prepared<{ rows: Place[] }>(
    transaction,
    `SELECT sku, location FROM reorder_rules
     WHERE (:sku::text IS NULL OR (sku, location) > (:sku, :location))
     ORDER BY sku, location LIMIT :limit FOR UPDATE`,
    { sku: after?.sku ?? null, location: after?.location ?? null, limit },
  );
  return rows;
}

async function readRules(transaction: Transaction, step: RunStep, places: readonly Place[]): Promise<RuleRow[]> {
  const { rows } = await prepared<{ rows: RuleRow[] }>(transaction, READ, {
    ...{ day: step.day, window: step.windowDays, places: JSON.stringify(places) },
  });
  return rows;
}

const READ = `
SELECT s.sku, s.location, r.id, r.policy, r.multiple, r.minimum_order AS "minimumOrder", i.pack_size AS "packSize",
  coalesce(r.lead_time_days, i.lead_time_days) AS "leadTimeDays", r.lead_time_sd_days AS "leadTimeSdDays",
  r.service_level AS "serviceLevel", r.supplier, s.on_hand AS "onHand", s.reserved, s.damaged, s.quality_hold AS "qualityHold",
  s.incoming, ${BACKORDERS_HERE} AS backorders, ${DRAFTED_HERE} AS drafted, d.days, d.units, d.squares,
  coalesce(r.snoozed_until <= :day::date, true) AND (r.policy ->> 'type' <> 'periodic' OR r.reviewed_on IS NULL
    OR r.reviewed_on = :day::date OR :day::date - r.reviewed_on >= (r.policy ->> 'reviewDays')::int) AS "isDue"
FROM jsonb_to_recordset(:places::jsonb) AS g(sku text, location text)
  JOIN reorder_rules r ON r.sku = g.sku AND r.location = g.location
  JOIN stock_levels s ON s.sku = r.sku AND s.location = r.location
  JOIN items i ON i.sku = r.sku CROSS JOIN ${DEMAND_HERE} d
ORDER BY s.sku, s.location`;

async function keepMaximums(transaction: Transaction, { day }: RunStep, judged: readonly Judged[]): Promise<void> {
  const rows = judged.map(({ rule, explanation }) => ({
    ...{ id: rule.id, max_units: explanation.decision.maxUnits, is_due: rule.isDue },
  }));
  await prepared(
    transaction,
    `UPDATE reorder_rules r SET max_units = g.max_units, reviewed_on = CASE WHEN g.is_due THEN :day::date ELSE r.reviewed_on END
     FROM jsonb_to_recordset(:rows::jsonb) AS g(id text, max_units bigint, is_due boolean) WHERE r.id = g.id`,
    { day, rows: JSON.stringify(rows) },
  );
}

async function replaceSuggestions(
  transaction: Transaction,
  { runId, day }: RunStep,
  judged: readonly Judged[],
): Promise<void> {
  const rows = judged.map(({ rule: { sku, location, supplier, leadTimeDays }, explanation }) => ({
    ...{ sku, location, supplier, lead: leadTimeDays, quantity: explanation.decision.quantity, explanation },
  }));
  const given = { runId, rows: JSON.stringify(rows) };
  await prepared(
    transaction,
    `UPDATE replenishment_suggestions s SET status = 'replaced', decided_at = now(), decided_by = :runId
     FROM jsonb_to_recordset(:rows::jsonb) AS g(sku text, location text)
     WHERE s.sku = g.sku AND s.location = g.location AND s.status = 'open' AND s.run_id <> :runId`,
    given,
  );
  await prepared(
    transaction,
    `INSERT INTO replenishment_suggestions (id, run_id, sku, location, supplier, quantity, expected_at, explanation)
     SELECT 'sug_' || md5(:runId::text || chr(10) || g.sku || chr(10) || g.location), :runId, g.sku, g.location, g.supplier, g.quantity,
       (:day::date + g.lead)::timestamp AT TIME ZONE 'UTC', g.explanation
     FROM jsonb_to_recordset(:rows::jsonb) AS g(sku text, location text, supplier text, lead int, quantity bigint, explanation jsonb)
     WHERE g.quantity > 0 ORDER BY g.sku, g.location ON CONFLICT (run_id, sku, location) DO NOTHING`,
    { ...given, day },
  );
}
