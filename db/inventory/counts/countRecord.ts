import { Refusal } from '../../../domain/failures';
import type { CountStatus, Tolerance } from '../../../domain/inventory/counts/judgeVariance';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';

export interface CountRecord {
  id: string;
  location: string;
  status: CountStatus;
  /** null: all that have, or had, stock there. */
  skus: string[] | null;
  tolerance: Tolerance;
  note: string | null;
  /** How many lines there are, and how many of them were counted. */
  lines: number;
  counted: number;
  createdBy: string;
  createdAt: Date;
  submittedBy: string | null;
  submittedAt: Date | null;
  /** Why somebody else has to look at it. */
  beyondTolerance: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  decisionNote: string | null;
}

export interface CountLine {
  sku: string;
  /** null: the item is not tracked by lot. */
  lot: string | null;
  expiresOn: string | null;
  counted: number | null;
  /** What the records had at the moment it was counted. */
  onHand: number | null;
  countedBy: string | null;
  countedAt: Date | null;
}

const COLUMNS = `c.id, c.location, c.status, c.skus, json_build_object('units', c.tolerance_units, 'value',
    CASE WHEN c.tolerance_value IS NOT NULL THEN json_build_object('amount', c.tolerance_value, 'currency', c.tolerance_currency) END) AS tolerance,
  c.note, l.lines, l.counted, c.created_by AS "createdBy", c.created_at AS "createdAt", c.submitted_by AS "submittedBy",
  c.submitted_at AS "submittedAt", c.beyond_tolerance AS "beyondTolerance", c.decided_by AS "decidedBy", c.decided_at AS "decidedAt", c.decision_note AS "decisionNote"`;
const FROM = `stock_counts c CROSS JOIN LATERAL (
  SELECT count(*)::int AS lines, count(counted)::int AS counted FROM stock_count_lines WHERE count_id = c.id) l`;

/** @returns undefined when there is no such count. */
export async function readCount(on: Database | Transaction, id: string): Promise<CountRecord | undefined> {
  const { rows } = await prepared<{ rows: CountRecord[] }>(on, `SELECT ${COLUMNS} FROM ${FROM} WHERE c.id = ?`, [id]);
  return rows[0];
}

/** Nobody else changes it until the transaction ends. @throws {Refusal} not_found; illegal_transition: it is in another status. */
export async function lockCount(
  transaction: Transaction,
  id: string,
  allowed: readonly CountStatus[],
): Promise<CountRecord> {
  await prepared(transaction, 'SELECT FROM stock_counts WHERE id = ? FOR UPDATE', [id]);
  const count = await readCount(transaction, id);
  if (count === undefined) throw new Refusal('not_found', `there is no count ${id}`);
  if (!allowed.includes(count.status))
    throw new Refusal(
      'illegal_transition',
      `the count ${id} is ${count.status}, and has to be ${allowed.join(' or ')}`,
    );
  return count;
}

/** One page, newest first. */
export async function listCounts(
  database: Database,
  filter: { status?: CountStatus | undefined; location?: string | undefined },
  page: { before: string | null; limit: number },
): Promise<CountRecord[]> {
  const { rows } = await database.raw<{ rows: CountRecord[] }>(
    `SELECT ${COLUMNS} FROM ${FROM}
     WHERE (:status::text IS NULL OR c.status = :status) AND (:location::text IS NULL OR c.location = :location)
       AND (:before::text IS NULL OR c.id < :before)
     ORDER BY c.id DESC LIMIT :limit`,
    { status: filter.status ?? null, location: filter.location ?? null, ...page },
  );
  return rows;
}

/** One page of a count’s lines by SKU and lot. */
export async function listCountLines(
  database: Database,
  id: string,
  page: { after: { sku: string; lot: string } | null; limit: number },
): Promise<CountLine[]> {
  const { rows } = await database.raw<{ rows: CountLine[] }>(
    `SELECT sku, nullif(lot, '') AS lot, expires_on::text AS "expiresOn", counted, on_hand AS "onHand", counted_by AS "countedBy",
       counted_at AS "countedAt"
     FROM stock_count_lines
     WHERE count_id = :id AND (:sku::text IS NULL OR (sku, lot) > (:sku, :lot)) ORDER BY sku, lot LIMIT :limit`,
    { id, sku: page.after?.sku ?? null, lot: page.after?.lot ?? null, limit: page.limit },
  );
  return rows;
}
