import { Refusal } from '../../../domain/failures';
import type { Explanation } from '../../../domain/inventory/replenishment/explain';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';

export const SUGGESTION_STATUSES = ['open', 'approved', 'dismissed', 'replaced'] as const;

export interface Suggestion {
  id: string;
  runId: string;
  sku: string;
  location: string;
  supplier: string | null;
  quantity: number;
  /** When it would come, if it were ordered on the day of the run. */
  expectedAt: Date;
  explanation: Explanation;
  status: (typeof SUGGESTION_STATUSES)[number];
  purchaseOrderId: string | null;
  decidedBy: string | null;
  note: string | null;
  createdAt: Date;
  decidedAt: Date | null;
}

const COLUMNS = `s.id, s.run_id AS "runId", s.sku, s.location, s.supplier, s.quantity, s.expected_at AS "expectedAt", s.explanation,
  s.status, s.purchase_order_id AS "purchaseOrderId", s.decided_by AS "decidedBy", s.note, s.created_at AS "createdAt",
  s.decided_at AS "decidedAt"`;

export interface SuggestionFilter {
  status?: Suggestion['status'] | undefined;
  sku?: string | undefined;
  location?: string | undefined;
  supplier?: string | undefined;
  runId?: string | undefined;
}

/** One page by SKU, then by place; of one level the newest comes last. */
export async function listSuggestions(
  database: Database,
  filter: SuggestionFilter,
  page: { after: { sku: string; location: string; id: string } | null; limit: number },
): Promise<Suggestion[]> {
  const { rows } = await database.raw<{ rows: Suggestion[] }>(
    `SELECT ${COLUMNS} FROM replenishment_suggestions s
     WHERE (:status::text IS NULL OR s.status = :status) AND (:sku::text IS NULL OR s.sku = :sku)
       AND (:location::text IS NULL OR s.location = :location) AND (:supplier::text IS NULL OR s.supplier = :supplier)
       AND (:runId::text IS NULL OR s.run_id = :runId)
       AND (:afterSku::text IS NULL OR (s.sku, s.location, s.id) > (:afterSku, :afterLocation, :afterId))
     ORDER BY s.sku, s.location, s.id LIMIT :limit`,
    {
      status: filter.status ?? null,
      sku: filter.sku ?? null,
      location: filter.location ?? null,
      supplier: filter.supplier ?? null,
      runId: filter.runId ?? null,
      afterSku: page.after?.sku ?? null,
      afterLocation: page.after?.location ?? null,
      afterId: page.after?.id ?? null,
      limit: page.limit,
    },
  );
  return rows;
}

/** @throws {Refusal} not_found */
export async function readSuggestion(on: Database | Transaction, id: string): Promise<Suggestion> {
  const { rows } = await prepared<{ rows: Suggestion[] }>(
    on,
    `SELECT ${COLUMNS} FROM replenishment_suggestions s WHERE s.id = ?`,
    [id],
  );
  if (rows[0] === undefined) throw new Refusal('not_found', `there is no suggestion ${id}`);
  return rows[0];
}

/**
 * An open suggestion, as it stays until the transaction ends. Its rule is locked first, as a run does: no run can miss what is
 * decided here.
 * @throws {Refusal} not_found; illegal_transition: it is decided, or replaced by a later run.
 */
export async function lockSuggestion(transaction: Transaction, id: string): Promise<Suggestion> {
  const { sku, location } = await readSuggestion(transaction, id);
  await prepared(transaction, 'SELECT id FROM reorder_rules WHERE sku = ? AND location = ? FOR UPDATE', [
    sku,
    location,
  ]);
  await prepared(transaction, 'SELECT id FROM replenishment_suggestions WHERE id = ? FOR UPDATE', [id]);
  const suggestion = await readSuggestion(transaction, id);
  if (suggestion.status === 'open') return suggestion;
  const what =
    suggestion.status === 'replaced'
      ? 'a later run or rule has taken its place; list the open ones again'
      : `it has been ${suggestion.status} already`;
  throw new Refusal('illegal_transition', what);
}

/** With `snoozeDays` the rule suggests nothing for so long. @throws {Refusal} not_found, illegal_transition */
export async function dismissSuggestion(
  transaction: Transaction,
  given: { id: string; note: string | null; snoozeDays: number; actor: string },
): Promise<void> {
  const { sku, location } = await lockSuggestion(transaction, given.id);
  await prepared(
    transaction,
    `UPDATE replenishment_suggestions SET status = 'dismissed', decided_at = now(), decided_by = :actor, note = :note
     WHERE id = :id`,
    { id: given.id, actor: given.actor, note: given.note },
  );
  if (given.snoozeDays === 0) return;
  await prepared(
    transaction,
    `UPDATE reorder_rules SET snoozed_until = (now() AT TIME ZONE 'UTC')::date + :days::int
     WHERE sku = :sku AND location = :location`,
    { sku, location, days: given.snoozeDays },
  );
}
