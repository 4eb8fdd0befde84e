import type { Database } from '../connection';
import type { StockFigures } from './findStockDrift';

export interface StockDip extends StockFigures {
  sku: string;
  location: string;
  /** The first movement after which it was so. */
  movement: number;
}

/**
 * Levels that were wrong at some moment, even if they are right now: below zero, more promised and held back than there was, or more
 * picked than promised.
 * Movements of a level have their ids in the order in which they happened, since each is written under the level's lock.
 */
export async function findStockDips(database: Database): Promise<{ checked: number; found: StockDip[] }> {
  const { rows: found } = await database.raw<{ rows: StockDip[] }>(
    `SELECT DISTINCT ON (sku, location) sku, location, id AS movement, on_hand::bigint AS "onHand", reserved::bigint AS reserved,
       picked::bigint AS picked, damaged::bigint AS damaged, quality_hold::bigint AS "qualityHold", incoming::bigint AS incoming
     FROM (
       SELECT sku, location, id, sum(on_hand_delta) OVER so_far AS on_hand, sum(reserved_delta) OVER so_far AS reserved,
         sum(picked_delta) OVER so_far AS picked, sum(damaged_delta) OVER so_far AS damaged, sum(quality_hold_delta) OVER so_far AS quality_hold,
         sum(incoming_delta) OVER so_far AS incoming
       FROM stock_movements WINDOW so_far AS (PARTITION BY sku, location ORDER BY id)
     ) ledger
     WHERE least(on_hand, reserved, picked, damaged, quality_hold, incoming) < 0 OR reserved + damaged + quality_hold > on_hand
       OR picked > reserved
     ORDER BY sku, location, id`,
  );
  const { rows } = await database.raw<{ rows: [{ movements: number }] }>(
    'SELECT count(*)::int AS movements FROM stock_movements',
  );
  return { checked: rows[0].movements, found };
}
