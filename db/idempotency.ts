import type { Database } from './connection';
import { prepared, type Transaction } from './prepared';

/** Whose request it is, to which route (with the ids in its path), under which key, and the SHA-256 of its canonical body. */
export interface IdempotencyScope {
  principal: string;
  route: string;
  key: string;
  fingerprint: Buffer;
}

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  /** The JSON text, so that a replay has the same bytes. */
  body: string | null;
}

/** What is known of an earlier request under the same key. */
export type EarlierRequest =
  | { kind: 'answered'; answer: KeptAnswer }
  | { kind: 'running'; secondsLeft: number }
  /** Its process died, or gave up: whoever takes it over may run it again. */
  | { kind: 'abandoned' }
  | { kind: 'other_body' };

export interface KeyRow {
  fingerprint: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
  secondsLeft: number;
}

/** A request that has not ended by then counts as dead: the next one under its key takes over. */
const LEASE = `now() + interval '30 seconds'`;
const KEPT_FOR = `interval '30 days'`;
const PURGED_AT_ONCE = 5_000;

export const KEY_ROW_COLUMNS = `encode(fingerprint, 'hex') AS fingerprint, status, headers, body,
  greatest(ceil(extract(epoch FROM locked_until - now())), 0)::int AS "secondsLeft"`;
export const KEY_ROW_CONDITION = 'principal = :principal AND route = :route AND key = :key';

export function judgeKeyRow(row: KeyRow, fingerprint: Buffer): EarlierRequest {
  if (row.fingerprint !== fingerprint.toString('hex')) return { kind: 'other_body' };
  if (row.status !== null)
    return { kind: 'answered', answer: { status: row.status, headers: row.headers ?? {}, body: row.body } };
  return row.secondsLeft > 0 ? { kind: 'running', secondsLeft: row.secondsLeft } : { kind: 'abandoned' };
}

/** Takes the key for a new request, also from one that died. Only one of many that ask at once gets `begun`. */
export async function beginRequest(
  database: Database,
  scope: IdempotencyScope,
): Promise<{ kind: 'begun' } | EarlierRequest> {
  const { rows } = await prepared<{ rows: unknown[] }>(
    database,
    `INSERT INTO idempotency_keys AS k (principal, route, key, fingerprint, locked_until)
     VALUES (:principal, :route, :key, :fingerprint, ${LEASE})
     ON CONFLICT (principal, route, key) DO UPDATE SET locked_until = excluded.locked_until
       WHERE k.status IS NULL AND k.locked_until <= now() AND k.fingerprint = excluded.fingerprint
     RETURNING key`,
    { ...scope },
  );
  if (rows.length > 0) return { kind: 'begun' };
  return (await findRequest(database, scope)) ?? { kind: 'running', secondsLeft: 1 };
}

export async function findRequest(database: Database, scope: IdempotencyScope): Promise<EarlierRequest | undefined> {
  const { rows } = await prepared<{ rows: KeyRow[] }>(
    database,
    `SELECT ${KEY_ROW_COLUMNS} FROM idempotency_keys WHERE ${KEY_ROW_CONDITION}`,
    { ...scope },
  );
  return rows[0] && judgeKeyRow(rows[0], scope.fingerprint);
}

/** Keeps the answer for whoever repeats the request. The first answer stays. */
export async function saveAnswer(
  database: Database | Transaction,
  scope: IdempotencyScope,
  answer: KeptAnswer,
): Promise<void> {
  await prepared(
    database,
    `UPDATE idempotency_keys SET status = :status, headers = :headers, body = to_jsonb(:body::text), locked_until = NULL
     WHERE ${KEY_ROW_CONDITION} AND status IS NULL`,
    { ...scope, status: answer.status, headers: JSON.stringify(answer.headers), body: answer.body },
  );
}

/** A request that came to nothing (not valid, or a dependency was away) leaves no trace: the same key may try again. */
export async function forgetRequest(database: Database, scope: IdempotencyScope): Promise<void> {
  await prepared(database, `DELETE FROM idempotency_keys WHERE ${KEY_ROW_CONDITION} AND status IS NULL`, { ...scope });
}

/** Deletes what is older than the 30 days that keys are kept for. Returns how many there were; never more than 5000 at once. */
export async function purgeIdempotencyKeys(database: Database): Promise<number> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    database,
    `DELETE FROM idempotency_keys WHERE (principal, route, key) IN (
       SELECT principal, route, key FROM idempotency_keys WHERE created_at < now() - ${KEPT_FOR}
       ORDER BY created_at LIMIT ${PURGED_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
  );
  return rowCount;
}
