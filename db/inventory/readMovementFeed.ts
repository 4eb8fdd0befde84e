import type { Database } from '../connection';
import type { FeedPlace } from '../orders/readEvents';
import { prepared } from '../prepared';
import { MOVEMENT_COLUMNS, type StockMovement } from './listMovements';

export interface FollowedMovement extends StockMovement {
  place: FeedPlace;
}

/**
 * The ledger after a place in it, oldest first. Lossless, as the feed of the orders' events (`readEventFeed`): movements of
 * transactions that older ones may still be committed before are held back until nothing can come in before them. A movement's id
 * alone would not do: the lower one may be committed later.
 */
export async function readMovementFeed(
  database: Database,
  from: { after: FeedPlace; limit: number },
): Promise<FollowedMovement[]> {
  const { rows } = await prepared<{ rows: (StockMovement & { transaction: number })[] }>(
    database,
    `SELECT ${MOVEMENT_COLUMNS}, transaction::text::bigint AS transaction FROM stock_movements
     WHERE (transaction, id) > (:transaction::text::xid8, :position)
       AND transaction < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY stock_movements.transaction, id LIMIT :limit`,
    { ...from.after, limit: from.limit },
  );
  return rows.map(({ transaction, ...movement }) => ({ ...movement, place: { transaction, position: movement.id } }));
}
