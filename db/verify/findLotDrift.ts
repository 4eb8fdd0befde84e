import type { Database } from '../connection';

/** Units of a lot, or of all lots of a level together. */
export interface LotFigures {
  onHand: number;
  damaged: number;
  qualityHold: number;
}

export interface DriftingLot {
  sku: string;
  location: string;
  /** null: all lots of the level together, against the level. */
  lot: string | null;
  has: LotFigures;
  /** What the movements of the lot add up to; without a lot, what the level has. */
  should: LotFigures;
}

const figures = (on_hand: string, damaged: string, quality_hold: string): string =>
  `json_build_object('onHand', ${on_hand}, 'damaged', ${damaged}, 'qualityHold', ${quality_hold})`;

/**
 * Lots that are not the sum of their movements, and levels of items tracked by lot that are not the sum of their lots.
 * `checked`: how many lots there are.
 */
export async function findLotDrift(database: Database): Promise<{ checked: number; found: DriftingLot[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingLot[] }>(
    `SELECT sku, location, lot, ${figures('coalesce(l.on_hand, 0)', 'coalesce(l.damaged, 0)', 'coalesce(l.quality_hold, 0)')} AS has,
       ${figures('coalesce(m.on_hand, 0)', 'coalesce(m.damaged, 0)', 'coalesce(m.quality_hold, 0)')} AS should
     FROM stock_lots l FULL JOIN (
       SELECT sku, location, lot, sum(on_hand_delta) AS on_hand, sum(damaged_delta) AS damaged, sum(quality_hold_delta) AS quality_hold
       FROM stock_movements WHERE lot IS NOT NULL GROUP BY sku, location, lot
     ) m USING (sku, location, lot)
     WHERE (coalesce(l.on_hand, 0), coalesce(l.damaged, 0), coalesce(l.quality_hold, 0))
       <> (coalesce(m.on_hand, 0), coalesce(m.damaged, 0), coalesce(m.quality_hold, 0))
     UNION ALL
     SELECT s.sku, s.location, NULL, ${figures('t.on_hand', 't.damaged', 't.quality_hold')},
       ${figures('s.on_hand', 's.damaged', 's.quality_hold')}
     FROM stock_levels s JOIN items i ON i.sku = s.sku AND i.tracking = 'lot' CROSS JOIN LATERAL (
       SELECT coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(damaged), 0) AS damaged, coalesce(sum(quality_hold), 0) AS quality_hold
       FROM stock_lots WHERE sku = s.sku AND location = s.location) t
     WHERE (t.on_hand, t.damaged, t.quality_hold) <> (s.on_hand, s.damaged, s.quality_hold)
     ORDER BY 1, 2, 3 NULLS LAST`,
  );
  const { rows } = await database.raw<{ rows: [{ lots: number }] }>('SELECT count(*)::int AS lots FROM stock_lots');
  return { checked: rows[0].lots, found };
}
