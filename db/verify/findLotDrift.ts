import type { Database } from '../connection';

/** Units of a lot, or of all lots of a level together. */
export interface LotFigures {
  onHand: number;
  picked: number;
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

const figures = (row: string): string =>
  `json_build_object('onHand', coalesce(${row}.on_hand, 0), 'picked', coalesce(${row}.picked, 0), 'damaged', coalesce(${row}.damaged, 0),
    'qualityHold', coalesce(${row}.quality_hold, 0))`;
const sums = `coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(picked), 0) AS picked, coalesce(sum(damaged), 0) AS damaged,
  coalesce(sum(quality_hold), 0) AS quality_hold`;

/**
 * Lots that are not the sum of their movements, and levels of items tracked by lot that are not the sum of their lots.
 * `checked`: how many lots there are.
 */
export async function findLotDrift(database: Database): Promise<{ checked: number; found: DriftingLot[] }> {
  const { rows: found } = await database.raw<{ rows: DriftingLot[] }>(
    `SELECT sku, location, lot, ${figures('l')} AS has, ${figures('m')} AS should
     FROM stock_lots l FULL JOIN (
       SELECT sku, location, lot, sum(on_hand_delta) AS on_hand, sum(picked_delta) AS picked, sum(damaged_delta) AS damaged,
         sum(quality_hold_delta) AS quality_hold
       FROM stock_movements WHERE lot IS NOT NULL GROUP BY sku, location, lot
     ) m USING (sku, location, lot)
     WHERE (coalesce(l.on_hand, 0), coalesce(l.picked, 0), coalesce(l.damaged, 0), coalesce(l.quality_hold, 0))
       <> (coalesce(m.on_hand, 0), coalesce(m.picked, 0), coalesce(m.damaged, 0), coalesce(m.quality_hold, 0))
     UNION ALL
     SELECT s.sku, s.location, NULL, ${figures('t')}, ${figures('s')}
     FROM stock_levels s JOIN items i ON i.sku = s.sku AND i.tracking = 'lot' CROSS JOIN LATERAL (
       SELECT ${sums} FROM stock_lots WHERE sku = s.sku AND location = s.location) t
     WHERE (t.on_hand, t.picked, t.damaged, t.quality_hold) <> (s.on_hand, s.picked, s.damaged, s.quality_hold)
     ORDER BY 1, 2, 3 NULLS LAST`,
  );
  const { rows } = await database.raw<{ rows: [{ lots: number }] }>('SELECT count(*)::int AS lots FROM stock_lots');
  return { checked: rows[0].lots, found };
}
