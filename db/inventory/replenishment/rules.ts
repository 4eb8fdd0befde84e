import { Refusal } from '../../../domain/failures';
import type { ReorderRulePolicy } from '../../../domain/inventory/replenishment/schema';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { lockLevels } from '../lockLevels';

export interface NewReorderRule {
  id: string;
  sku: string;
  location: string;
  policy: ReorderRulePolicy;
  multiple: number;
  minimumOrder: number;
  /** null: the item's. */
  leadTimeDays: number | null;
  leadTimeSdDays: number;
  serviceLevel: number;
  supplier: string | null;
  /** Minor units of `currency`; null: the item's. */
  unitCost: number | null;
  currency: string | null;
  actor: string;
}

export interface ReorderRule extends Omit<NewReorderRule, 'actor'> {
  /** The most that is meant to be there and on its way; null until a run has computed it. */
  maxUnits: number | null;
  /** ISO dates. */
  reviewedOn: string | null;
  snoozedUntil: string | null;
  updatedBy: string;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = `r.id, r.sku, r.location, r.policy, r.multiple, r.minimum_order AS "minimumOrder",
  r.lead_time_days AS "leadTimeDays", r.lead_time_sd_days AS "leadTimeSdDays", r.service_level AS "serviceLevel", r.supplier,
  r.unit_cost AS "unitCost", r.currency, r.max_units AS "maxUnits", r.reviewed_on::text AS "reviewedOn",
  r.snoozed_until::text AS "snoozedUntil", r.updated_by AS "updatedBy", r.created_at AS "createdAt", r.updated_at AS "updatedAt"`;

/**
 * The rule of an item at a place, in the place of the one before: it keeps the id of that.
 * @throws {Refusal} invalid_request: no such item or location, or a kit.
 */
export async function saveRule(
  transaction: Transaction,
  rule: NewReorderRule,
): Promise<{ rule: ReorderRule; isNew: boolean }> {
  const { sku, location } = rule;
  await lockLevels(transaction, [{ sku, location }]);
  await refuseKit(transaction, sku);
  const { rows } = await prepared<{ rows: [ReorderRule] }>(transaction, SAVE, {
    ...rule,
    policy: JSON.stringify(rule.policy),
    maxUnits: fixedMaximum(rule.policy),
  });
  return { rule: rows[0], isNew: rows[0].id === rule.id };
}

const SAVE = `
INSERT INTO reorder_rules AS r (id, sku, location, policy, multiple, minimum_order, lead_time_days, lead_time_sd_days, service_level,
  supplier, unit_cost, currency, max_units, updated_by)
VALUES (:id, :sku, :location, :policy, :multiple, :minimumOrder, :leadTimeDays, :leadTimeSdDays, :serviceLevel, :supplier,
  :unitCost, :currency, :maxUnits, :actor)
ON CONFLICT (sku, location) DO UPDATE SET policy = excluded.policy, multiple = excluded.multiple,
  minimum_order = excluded.minimum_order, lead_time_days = excluded.lead_time_days,
  lead_time_sd_days = excluded.lead_time_sd_days, service_level = excluded.service_level, supplier = excluded.supplier,
  unit_cost = excluded.unit_cost, currency = excluded.currency, max_units = excluded.max_units, reviewed_on = NULL,
  snoozed_until = NULL, updated_by = excluded.updated_by, updated_at = now()
RETURNING ${COLUMNS}`;

/** What a policy of given figures has at most; null where it depends on demand. */
function fixedMaximum(policy: ReorderRulePolicy): number | null {
  switch (policy.type) {
    case 'min_max':
      return policy.max;
    case 'periodic':
      return policy.orderUpTo ?? null;
    case 'reorder_point':
      return policy.reorderPoint === undefined || policy.orderQuantity === undefined
        ? null
        : policy.reorderPoint + policy.orderQuantity;
    case 'days_of_cover':
      return null;
  }
}

async function refuseKit(transaction: Transaction, sku: string): Promise<void> {
  const { rows } = await prepared<{ rows: unknown[] }>(
    transaction,
    'SELECT kit FROM item_components WHERE kit = ? LIMIT 1',
    [sku],
  );
  if (rows.length === 0) return;
  const message = 'is a kit: make rules for its components';
  throw new Refusal('invalid_request', `${sku} ${message}`, { errors: [{ pointer: '/sku', message }] });
}

/** @throws {Refusal} not_found. Its open suggestion goes with it. */
export async function deleteRule(transaction: Transaction, id: string, actor: string): Promise<void> {
  const { rows } = await prepared<{ rows: unknown[] }>(
    transaction,
    `WITH gone AS (DELETE FROM reorder_rules WHERE id = :id RETURNING id, sku, location), withdrawn AS (
       UPDATE replenishment_suggestions s SET status = 'replaced', decided_at = now(), decided_by = :actor
       FROM gone WHERE s.sku = gone.sku AND s.location = gone.location AND s.status = 'open')
     SELECT id FROM gone`,
    { id, actor },
  );
  if (rows.length === 0) throw new Refusal('not_found', `there is no rule ${id}`);
}

export async function listRules(
  database: Database,
  filter: { sku?: string | undefined; location?: string | undefined; supplier?: string | undefined },
  page: { after: { sku: string; location: string } | null; limit: number },
): Promise<ReorderRule[]> {
  const { rows } = await database.raw<{ rows: ReorderRule[] }>(
    `SELECT ${COLUMNS} FROM reorder_rules r
     WHERE (:sku::text IS NULL OR r.sku = :sku) AND (:location::text IS NULL OR r.location = :location)
       AND (:supplier::text IS NULL OR r.supplier = :supplier)
       AND (:afterSku::text IS NULL OR (r.sku, r.location) > (:afterSku, :afterLocation))
     ORDER BY r.sku, r.location LIMIT :limit`,
    {
      sku: filter.sku ?? null,
      location: filter.location ?? null,
      supplier: filter.supplier ?? null,
      afterSku: page.after?.sku ?? null,
      afterLocation: page.after?.location ?? null,
      limit: page.limit,
    },
  );
  return rows;
}
