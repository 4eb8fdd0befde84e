import type { Database } from '../../connection';

/** What an outside system said of a level, and why it was not taken over. */
export interface SyncProblem {
  sku: string;
  location: string;
  onHand: number;
  asOf: Date;
  problem: string;
  document: string;
  at: Date;
}

/** One page, by SKU and location. */
export async function listSyncProblems(
  database: Database,
  page: { after: { sku: string; location: string } | null; limit: number },
): Promise<SyncProblem[]> {
  const { rows } = await database.raw<{ rows: SyncProblem[] }>(
    `SELECT sku, location, on_hand AS "onHand", as_of AS "asOf", problem, document, at FROM stock_sync_levels
     WHERE problem IS NOT NULL AND (:sku::text IS NULL OR (sku, location) > (:sku, :location))
     ORDER BY sku, location LIMIT :limit`,
    { sku: page.after?.sku ?? null, location: page.after?.location ?? null, limit: page.limit },
  );
  return rows;
}
