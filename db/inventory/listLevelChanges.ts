import type { Database } from '../connection';

/** What became of a level beside the ledger. */
export interface LevelChange {
  id: number;
  sku: string;
  location: string;
  kind: 'safety_stock' | 'rebuilt';
  /** Figures by their names; of a rebuilt level all, with the lots that it had. */
  was: Record<string, unknown>;
  became: Record<string, unknown>;
  reason: string;
  document: string | null;
  actor: string;
  at: Date;
}

/** One page of changes of settings, and of levels that were set to their ledger by hand; newest first. */
export async function listLevelChanges(
  database: Database,
  filter: { sku?: string | undefined; location?: string | undefined },
  page: { before: number | null; limit: number },
): Promise<LevelChange[]> {
  const { rows } = await database.raw<{ rows: LevelChange[] }>(
    `SELECT id, sku, location, kind, was, became, reason, document, actor, at FROM stock_level_changes
     WHERE (:sku::text IS NULL OR sku = :sku) AND (:location::text IS NULL OR location = :location)
       AND (:before::bigint IS NULL OR id < :before)
     ORDER BY id DESC LIMIT :limit`,
    { sku: filter.sku ?? null, location: filter.location ?? null, before: page.before, limit: page.limit },
  );
  return rows;
}
