import type { Database } from '../connection';
import {
  judgeKeyRow,
  KEY_ROW_COLUMNS,
  KEY_ROW_CONDITION,
  type EarlierRequest,
  type IdempotencyScope,
  type KeptAnswer,
  type KeyRow,
} from '../idempotency';
import { prepared } from '../prepared';

/** All that has to be known before an order is recorded, in one query: item names, the reservation, and an earlier request under the same key. */
export async function prepareSubmission(
  database: Database,
  scope: IdempotencyScope,
  wanted: { skus: readonly string[]; channel: string; reservationId: string | undefined },
): Promise<{ names: ReadonlyMap<string, string>; earlier: EarlierRequest | undefined; reservationKnown: boolean }> {
  const { rows } = await prepared<{
    rows: [{ names: Record<string, string> | null; earlier: KeyRow | null; reservationKnown: boolean }];
  }>(
    database,
    `SELECT (SELECT json_object_agg(sku, name) FROM items WHERE sku = ANY(:skus)) AS names,
       (SELECT to_json(k) FROM (SELECT ${KEY_ROW_COLUMNS} FROM idempotency_keys WHERE ${KEY_ROW_CONDITION}) k) AS earlier,
       :reservationId::text IS NULL OR EXISTS (
         SELECT FROM reservations WHERE id = :reservationId AND channel = :channel) AS "reservationKnown"`,
    {
      ...scope,
      skus: [...new Set(wanted.skus)],
      channel: wanted.channel,
      reservationId: wanted.reservationId ?? null,
    },
  );
  const { names, earlier, reservationKnown } = rows[0];
  return {
    reservationKnown,
    names: new Map(Object.entries(names ?? {})),
    earlier: earlier === null ? undefined : judgeKeyRow(earlier, scope.fingerprint),
  };
}

/** Takes over from a request that died. Only one of many gets true. `forSeconds`: how long it may now take. */
export async function takeOverSubmission(
  database: Database,
  scope: IdempotencyScope,
  forSeconds = 30,
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    database,
    `UPDATE idempotency_keys SET locked_until = now() + :forSeconds * interval '1 second'
     WHERE ${KEY_ROW_CONDITION} AND status IS NULL AND locked_until <= now()`,
    { ...scope, forSeconds },
  );
  return rowCount > 0;
}

/**
 * Ends a submission: its answer is kept for repeats and, where its workflow runs, the order is marked as started, in one
 * statement. Without an answer the request goes on (it waits for the first verdict) and gets that many seconds more.
 */
export async function completeSubmission(
  database: Database,
  scope: IdempotencyScope,
  done: { orderId: string; started: boolean; answer: KeptAnswer | { waitSeconds: number } },
): Promise<void> {
  const { answer } = done;
  const kept = 'status' in answer ? answer : { status: null, headers: {}, body: null };
  await prepared(
    database,
    `WITH answered AS (
       UPDATE idempotency_keys SET status = :status, headers = :headers, body = to_jsonb(:body::text),
         locked_until = now() + :waitSeconds * interval '1 second'
       WHERE ${KEY_ROW_CONDITION} AND status IS NULL
     )
     UPDATE orders SET workflow_started_at = now() WHERE id = :orderId AND :started AND workflow_started_at IS NULL`,
    {
      ...scope,
      orderId: done.orderId,
      started: done.started,
      status: kept.status,
      headers: JSON.stringify(kept.headers),
      body: kept.body,
      waitSeconds: 'waitSeconds' in answer ? answer.waitSeconds : null,
    },
  );
}
