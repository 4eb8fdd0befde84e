import type { Database } from '../connection';

/** One line of the stock ledger. Levels are the sum of their movements. */
export interface StockMovement {
  id: number;
  sku: string;
  location: string;
  onHandDelta: number;
  reservedDelta: number;
  pickedDelta: number;
  damagedDelta: number;
  qualityHoldDelta: number;
  incomingDelta: number;
  lot: string | null;
  reason: string;
  /** The order, delivery note or count it belongs to. */
  document: string | null;
  actor: string;
  at: Date;
}

export const MOVEMENT_COLUMNS = `id, sku, location, on_hand_delta AS "onHandDelta", reserved_delta AS "reservedDelta", picked_delta AS "pickedDelta",
  damaged_delta AS "damagedDelta", quality_hold_delta AS "qualityHoldDelta", incoming_delta AS "incomingDelta", lot, reason, document, actor, at`;

/** One page of the ledger, newest first. */
export async function listMovements(
  database: Database,
  filter: { sku?: string | undefined; location?: string | undefined; document?: string | undefined },
  page: { before: number | null; limit: number },
): Promise<StockMovement[]> {
  const { rows } = await database.raw<{ rows: StockMovement[] }>(
    `SELECT ${MOVEMENT_COLUMNS} FROM stock_movements
     WHERE (:sku::text IS NULL OR sku = :sku) AND (:location::text IS NULL OR location = :location)
       AND (:document::text IS NULL OR document = :document) AND (:before::bigint IS NULL OR id < :before)
     ORDER BY id DESC LIMIT :limit`,
    {
      sku: filter.sku ?? null,
      location: filter.location ?? null,
      document: filter.document ?? null,
      before: page.before,
      limit: page.limit,
    },
  );
  return rows;
}
