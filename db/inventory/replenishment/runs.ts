import { Refusal } from '../../../domain/failures';
import type { Database } from '../../connection';
import { prepared } from '../../prepared';

export interface ReplenishmentRun {
  id: string;
  /** `failed`: it has not ended in the time that it had. */
  status: 'running' | 'completed' | 'failed';
  requestedBy: string;
  windowDays: number;
  /** How many were looked at, and how many suggestions came of it. */
  rules: number;
  suggestions: number;
  startedAt: Date;
  endedAt: Date | null;
}

const COLUMNS = `id, status, requested_by AS "requestedBy", window_days AS "windowDays", rules, suggestions,
  started_at AS "startedAt", ended_at AS "endedAt"`;

/** More than its workflow takes at most. */
const GIVEN_UP_AFTER = `interval '12 hours'`;
const KEPT_FOR = `interval '30 days'`;
const FORGOTTEN_AT_ONCE = 20_000;

/** Puts the run on record, once. @returns its day in UTC, the same on each repeat: demand is measured up to it. */
export async function beginRun(
  database: Database,
  run: { runId: string; requestedBy: string; windowDays: number },
): Promise<{ day: string; windowDays: number }> {
  await prepared(
    database,
    `UPDATE replenishment_runs SET status = 'failed', ended_at = now()
     WHERE status = 'running' AND started_at < now() - ${GIVEN_UP_AFTER}`,
  );
  await prepared(
    database,
    `INSERT INTO replenishment_runs (id, requested_by, window_days) VALUES (:runId, :requestedBy, :windowDays)
     ON CONFLICT (id) DO NOTHING`,
    run,
  );
  const { rows } = await prepared<{ rows: [{ day: string; windowDays: number }] }>(
    database,
    `SELECT (started_at AT TIME ZONE 'UTC')::date::text AS day, window_days AS "windowDays" FROM replenishment_runs WHERE id = ?`,
    [run.runId],
  );
  return rows[0];
}

/** Suggestions that nobody decided on, and that later ones replaced long ago, are forgotten. */
export async function endRun(database: Database, runId: string, ruleCount: number): Promise<{ suggestions: number }> {
  const { rows } = await prepared<{ rows: [{ suggestions: number }] }>(
    database,
    `UPDATE replenishment_runs r SET status = 'completed', ended_at = coalesce(ended_at, now()), rules = :ruleCount,
       suggestions = (SELECT count(*) FROM replenishment_suggestions s WHERE s.run_id = r.id)
     WHERE id = :runId RETURNING suggestions`,
    { runId, ruleCount },
  );
  await prepared(
    database,
    `DELETE FROM replenishment_suggestions WHERE id IN (SELECT id FROM replenishment_suggestions
       WHERE status = 'replaced' AND decided_at < now() - ${KEPT_FOR} LIMIT ${FORGOTTEN_AT_ONCE})`,
  );
  return rows[0];
}

/** @throws {Refusal} not_found */
export async function readRun(database: Database, id: string): Promise<ReplenishmentRun> {
  const { rows } = await prepared<{ rows: ReplenishmentRun[] }>(
    database,
    `SELECT ${COLUMNS} FROM replenishment_runs WHERE id = ?`,
    [id],
  );
  if (rows[0] === undefined) throw new Refusal('not_found', `there is no run ${id}`);
  return rows[0];
}
