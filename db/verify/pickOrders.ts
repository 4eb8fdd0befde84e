import type { Database } from '../connection';

/**
 * Ids of at most so many orders that are open, or were closed within so long, evenly spread over all of them by age. `shift`
 * moves the choice along, so that one run after the other comes to see them all.
 */
export async function pickOrders(
  database: Database,
  { closedWithinMs, limit, shift = 0 }: { closedWithinMs: number; limit: number; shift?: number },
): Promise<string[]> {
  if (limit === 0) return [];
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `WITH placed AS (
       SELECT id, row_number() OVER (ORDER BY id) AS place, ceil(count(*) OVER () / :limit::float8)::bigint AS stride
       FROM orders WHERE workflow_started_at IS NOT NULL
         AND (closed_at IS NULL OR closed_at > now() - :closedWithinMs * interval '1 millisecond')
     )
     SELECT id FROM placed WHERE (place + :shift) % stride = 0 ORDER BY id`,
    { closedWithinMs, limit, shift },
  );
  return rows.map((row) => row.id);
}
