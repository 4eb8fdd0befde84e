import { prepared, type Transaction } from '../prepared';

export interface MovedPromise {
  lineId: string;
  sku: string;
  /** ISO 8601; null: nobody knew, or knows. */
  from: string | null;
  to: string | null;
}

/**
 * Keeps by when the missing units of lines are promised: the first promise for good, with its place among those that wait, and the
 * present one.
 * @returns those that have moved by a day or more, or are known for the first or no longer; nothing for a line's first promise.
 */
export async function recordPromises(
  transaction: Transaction,
  promises: readonly { lineId: string; promisedAt: Date | null }[],
): Promise<MovedPromise[]> {
  const { rows } = await prepared<{ rows: MovedPromise[] }>(
    transaction,
    `WITH given AS (
       SELECT g.line_id, g.promised_at FROM jsonb_to_recordset(:promises::jsonb) AS g(line_id text, promised_at timestamptz)
     ), before AS (
       SELECT l.id, l.sku, l.promised_at, l.first_promised_at, l.promise_asked, g.promised_at AS next FROM order_lines l JOIN given g ON g.line_id = l.id
     ), kept AS (
       UPDATE order_lines l SET promised_at = b.next, first_promised_at = coalesce(l.first_promised_at, b.next), promise_asked = true
       FROM before b WHERE l.id = b.id
     ), queued AS (
       SELECT c.line_id, c.sku, b.next FROM backorders c JOIN before b ON b.id = c.line_id
       WHERE b.first_promised_at IS NULL AND b.next IS NOT NULL ORDER BY c.line_id, c.sku FOR UPDATE OF c
     ), promised AS (
       UPDATE backorders c SET promised_at = q.next FROM queued q WHERE c.line_id = q.line_id AND c.sku = q.sku
     )
     SELECT id AS "lineId", sku, promised_at AS "from", next AS "to" FROM before
     WHERE promise_asked AND ((promised_at IS NULL) <> (next IS NULL) OR abs(extract(epoch FROM next - promised_at)) >= 86400)`,
    {
      promises: JSON.stringify(
        promises.map(({ lineId, promisedAt }) => ({ line_id: lineId, promised_at: promisedAt?.toISOString() ?? null })),
      ),
    },
  );
  return rows;
}
