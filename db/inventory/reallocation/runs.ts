import type { ReallocationClass, UnitsAtPlace } from '../../../domain/inventory/reallocation/classes';
import { Refusal } from '../../../domain/failures';
import { brokenConstraint, type Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';

export interface ReallocationRequest {
  runId: string;
  /** Null: of every item that somebody waits for. */
  sku: string | null;
  /** Nothing is changed: only what would be is kept. */
  dryRun: boolean;
  requestedBy: string;
}

export interface ReallocationRun {
  id: string;
  status: 'running' | 'completed';
  sku: string | null;
  dryRun: boolean;
  requestedBy: string;
  /** Lines that get more, and that give something up. */
  gaining: number;
  losing: number;
  startedAt: Date;
  endedAt: Date | null;
}

/** What a line had, and gets by the plan, in units that no parcel was begun for. */
export interface ReallocationLine {
  sku: string;
  orderId: string;
  lineId: string;
  class: ReallocationClass;
  priority: number;
  /** All that it wanted of such units. */
  wanted: number;
  had: number;
  gets: number;
  gives: UnitsAtPlace[];
  /** What its order has given up by now. Null: it was not asked to, or has not answered. */
  givenUp: number | null;
}

/** Puts the run on record, once. @throws {Refusal} invalid_request: no such item. */
export async function beginRun(on: Database | Transaction, run: ReallocationRequest): Promise<void> {
  try {
    await prepared(
      on,
      `INSERT INTO reallocation_runs (id, sku, dry_run, requested_by) VALUES (:runId, :sku, :dryRun, :requestedBy)
       ON CONFLICT (id) DO NOTHING`,
      { ...run },
    );
  } catch (error) {
    if (brokenConstraint(error) !== 'reallocation_runs_sku_fkey') throw error;
    throw new Refusal('invalid_request', `there is no item ${run.sku}`, {
      errors: [{ pointer: '/sku', message: 'is not in the catalogue' }],
    });
  }
}

/** Keeps other attempts of the same step out until the transaction ends. @returns whether it was planned before. */
export async function lockRun(transaction: Transaction, runId: string): Promise<boolean> {
  const { rows } = await prepared<{ rows: [{ planned: boolean }] }>(
    transaction,
    'SELECT planned_at IS NOT NULL AS planned FROM reallocation_runs WHERE id = ? FOR UPDATE',
    [runId],
  );
  return rows[0].planned;
}

export async function savePlan(
  transaction: Transaction,
  runId: string,
  lines: readonly Omit<ReallocationLine, 'givenUp'>[],
): Promise<void> {
  await prepared(
    transaction,
    `WITH planned AS (
       INSERT INTO reallocation_lines (run_id, sku, order_id, line_id, class, priority, wanted, had, gets, gives)
       SELECT :runId, sku, "orderId", "lineId", class, priority, wanted, had, gets, gives FROM jsonb_to_recordset(:lines::jsonb) AS
         l(sku text, "orderId" text, "lineId" text, class text, priority int, wanted int, had int, gets int, gives jsonb)
     )
     UPDATE reallocation_runs SET planned_at = now() WHERE id = :runId`,
    { runId, lines: JSON.stringify(lines) },
  );
}

export interface Giver {
  orderId: string;
  lineId: string;
  takes: UnitsAtPlace[];
}

/** Lines that give something up by the plan, in pages. */
export async function listGivers(
  database: Database,
  { runId, after, limit }: { runId: string; after: string; limit: number },
): Promise<Giver[]> {
  const { rows } = await prepared<{ rows: Giver[] }>(
    database,
    `SELECT order_id AS "orderId", line_id AS "lineId", gives AS takes FROM reallocation_lines
     WHERE run_id = :runId AND gives <> '[]' AND line_id > :after ORDER BY line_id LIMIT :limit`,
    { runId, after, limit },
  );
  return rows;
}

/** Lines that gain are offered stock again at once, as soon as there is any. */
export async function endRun(database: Database, runId: string): Promise<ReallocationRun> {
  await prepared(
    database,
    `WITH winners AS (
       SELECT b.line_id, b.sku FROM backorders b JOIN reallocation_lines l ON l.run_id = :runId AND l.line_id = b.line_id
       JOIN reallocation_runs r ON r.id = l.run_id
       WHERE l.gets > l.had AND NOT r.dry_run ORDER BY 1, 2 FOR UPDATE OF b SKIP LOCKED
     ), offered AS (
       UPDATE backorders b SET offered_at = NULL FROM winners w WHERE b.line_id = w.line_id AND b.sku = w.sku
     )
     UPDATE reallocation_runs SET status = 'completed', ended_at = coalesce(ended_at, now()) WHERE id = :runId`,
    { runId },
  );
  return readRun(database, runId);
}

/** @throws {Refusal} not_found */
export async function readRun(database: Database, id: string): Promise<ReallocationRun> {
  const { rows } = await prepared<{ rows: ReallocationRun[] }>(
    database,
    `SELECT id, status, sku, dry_run AS "dryRun", requested_by AS "requestedBy", started_at AS "startedAt", ended_at AS "endedAt",
       (SELECT count(*) FROM reallocation_lines l WHERE l.run_id = r.id AND l.gets > l.had)::int AS gaining,
       (SELECT count(*) FROM reallocation_lines l WHERE l.run_id = r.id AND l.gets < l.had)::int AS losing
     FROM reallocation_runs r WHERE id = ?`,
    [id],
  );
  if (rows[0] === undefined) throw new Refusal('not_found', `there is no run ${id}`);
  return rows[0];
}

/** By item and line. */
export async function listRunLines(
  database: Database,
  filter: { runId: string; sku?: string | undefined },
  page: { after: { sku: string; lineId: string } | null; limit: number },
): Promise<ReallocationLine[]> {
  const { rows } = await database.raw<{ rows: ReallocationLine[] }>(
    `SELECT sku, order_id AS "orderId", line_id AS "lineId", class, priority, wanted, had, gets, gives, given_up AS "givenUp"
     FROM reallocation_lines WHERE run_id = :runId AND (:sku::text IS NULL OR sku = :sku)
       AND (:afterSku::text IS NULL OR (sku, line_id) > (:afterSku, :afterLine))
     ORDER BY sku, line_id LIMIT :limit`,
    {
      runId: filter.runId,
      sku: filter.sku ?? null,
      afterSku: page.after?.sku ?? null,
      afterLine: page.after?.lineId ?? null,
      limit: page.limit,
    },
  );
  return rows;
}
