import type { Database } from '../connection';

/** Units of one level, or what its movements add up to. */
export interface StockFigures {
  onHand: number;
  reserved: number;
  picked: number;
  damaged: number;
  qualityHold: number;
  incoming: number;
}

export interface DriftingLevel {
  sku: string;
  location: string;
  has: StockFigures;
  moved: StockFigures;
  /** The newest movement; null: there is none. */
  lastMovement: { id: number; reason: string; at: string } | null;
}

/** Stock levels that are negative, that have more promised or held back than there is, more picked than promised, or that are not the sum of their movements. */
export async function findStockDrift(database: Database): Promise<{ checked: number; found: DriftingLevel[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingLevel[] }>(
    `SELECT l.sku, l.location,
       json_build_object('onHand', l.on_hand, 'reserved', l.reserved, 'picked', l.picked, 'damaged', l.damaged,
         'qualityHold', l.quality_hold, 'incoming', l.incoming) AS has,
       json_build_object('onHand', coalesce(m.on_hand, 0), 'reserved', coalesce(m.reserved, 0), 'picked', coalesce(m.picked, 0),
         'damaged', coalesce(m.damaged, 0), 'qualityHold', coalesce(m.quality_hold, 0), 'incoming', coalesce(m.incoming, 0)) AS moved,
       (SELECT json_build_object('id', n.id, 'reason', n.reason, 'at', n.at) FROM stock_movements n WHERE n.id = m.last) AS "lastMovement"
     FROM stock_levels l LEFT JOIN (
       SELECT sku, location, max(id) AS last, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved, sum(picked_delta) AS picked,
         sum(damaged_delta) AS damaged, sum(quality_hold_delta) AS quality_hold, sum(incoming_delta) AS incoming
       FROM stock_movements GROUP BY sku, location
     ) m USING (sku, location)
     WHERE least(l.on_hand, l.reserved, l.picked, l.damaged, l.quality_hold, l.incoming) < 0
       OR l.reserved + l.damaged + l.quality_hold > l.on_hand OR l.picked > l.reserved
       OR (l.on_hand, l.reserved, l.picked, l.damaged, l.quality_hold, l.incoming) <> (coalesce(m.on_hand, 0),
         coalesce(m.reserved, 0), coalesce(m.picked, 0), coalesce(m.damaged, 0), coalesce(m.quality_hold, 0), coalesce(m.incoming, 0))
     ORDER BY l.sku, l.location`,
  );
  const { rows } = await database.raw<{ rows: [{ levels: number }] }>(
    'SELECT count(*)::int AS levels FROM stock_levels',
  );
  return { checked: rows[0].levels, found };
}
