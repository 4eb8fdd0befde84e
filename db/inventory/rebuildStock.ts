import { explainDrift } from '../../domain/inventory/stock/explainDrift';
import { findShortfall, type Buckets } from '../../domain/inventory/stock/findShortfall';
import type { Database } from '../connection';
import { inTransaction } from '../transaction';
import { prepared, type Transaction } from '../prepared';
import { findLotDrift } from '../verify/findLotDrift';
import { findStockDrift } from '../verify/findStockDrift';
import { lockLevels } from './lockLevels';

/** A level that is set, or would be, to what its movements add up to; with a fault it is left as it is. */
export interface RebuiltLevel {
  sku: string;
  location: string;
  what: string;
  fault: string | null;
}

/**
 * Sets levels and lots to what the ledger adds up to, in one transaction, with a line for each level among its changes; the ledger
 * itself is right by definition and stays as it is. `apply` false: tells what it would do.
 */
export async function rebuildStock(
  database: Database,
  { apply, actor }: { apply: boolean; actor: string },
): Promise<RebuiltLevel[]> {
  const places = [...(await findStockDrift(database)).found, ...(await findLotDrift(database)).found];
  if (places.length === 0) return [];
  return inTransaction(database, async (transaction) => {
    await lockLevels(transaction, places);
    // Under the locks: what moved since the look, or was put right, counts.
    const folds = (await readFolds(transaction, places)).map((fold) => ({ fold, ...judge(fold) }));
    const off = folds.filter(({ what }) => what !== '');
    if (apply)
      await write(
        transaction,
        off.filter(({ fault }) => fault === null).map(({ fold }) => fold),
        actor,
      );
    return off.map(({ fold: { sku, location }, what, fault }) => ({ sku, location, what, fault }));
  });
}

type LotBuckets = Pick<Buckets, 'onHand' | 'picked' | 'damaged' | 'qualityHold'>;
interface Fold {
  sku: string;
  location: string;
  isTracked: boolean;
  has: Buckets;
  moved: Buckets;
  lots: { lot: string; has: LotBuckets; moved: LotBuckets }[];
}

function judge({ has, moved, lots, isTracked }: Fold): { what: string; fault: string | null } {
  const inLots = lots.reduce((sum, lot) => sum + lot.moved.onHand, 0);
  const parts = [
    explainDrift(has, moved),
    ...lots.map((lot) => {
      const drift = explainDrift(lot.has, lot.moved);
      return drift === '' ? '' : `lot ${lot.lot}: ${drift}`;
    }),
    isTracked && inLots !== moved.onHand
      ? `${moved.onHand} on hand by its movements, ${inLots} by those that name a lot: count it`
      : '',
  ];
  const faults = [
    findShortfall(moved),
    ...lots.map((lot) => findShortfall({ ...lot.moved, reserved: lot.moved.picked, incoming: 0 })),
  ];
  return { what: parts.filter((part) => part !== '').join('; '), fault: faults.find((one) => one !== null) ?? null };
}

const figures = (row: string, suffix = '', more = ''): string =>
  `json_build_object('onHand', coalesce(${row}.on_hand${suffix}, 0), 'picked', coalesce(${row}.picked${suffix}, 0),
    'damaged', coalesce(${row}.damaged${suffix}, 0), 'qualityHold', coalesce(${row}.quality_hold${suffix}, 0)${more})`;
const both = (row: string, suffix = ''): string =>
  `, 'reserved', coalesce(${row}.reserved${suffix}, 0), 'incoming', coalesce(${row}.incoming${suffix}, 0)`;
const SUMS = `sum(on_hand_delta) AS on_hand, sum(picked_delta) AS picked, sum(damaged_delta) AS damaged, sum(quality_hold_delta) AS quality_hold`;

const FOLDS = `
SELECT s.sku, s.location, i.tracking = 'lot' AS "isTracked", ${figures('s', '', both('s'))} AS has, ${figures('m', '', both('m'))} AS moved,
  coalesce((SELECT json_agg(json_build_object('lot', lot, 'has', ${figures('l')}, 'moved', ${figures('n')}) ORDER BY lot)
    FROM (SELECT lot, on_hand, picked, damaged, quality_hold FROM stock_lots WHERE sku = s.sku AND location = s.location) l
    FULL JOIN (SELECT lot, ${SUMS} FROM stock_movements WHERE sku = s.sku AND location = s.location AND lot IS NOT NULL GROUP BY lot) n
      USING (lot)), '[]') AS lots
FROM stock_levels s JOIN items i ON i.sku = s.sku CROSS JOIN LATERAL (
  SELECT ${SUMS}, sum(reserved_delta) AS reserved, sum(incoming_delta) AS incoming
  FROM stock_movements WHERE sku = s.sku AND location = s.location) m
WHERE (s.sku, s.location) IN (SELECT g.sku, g.location FROM jsonb_to_recordset(:given::jsonb) AS g(sku text, location text))
ORDER BY s.sku, s.location`;

async function readFolds(
  transaction: Transaction,
  places: readonly { sku: string; location: string }[],
): Promise<Fold[]> {
  const given = JSON.stringify(places.map(({ sku, location }) => ({ sku, location })));
  const { rows } = await prepared<{ rows: Fold[] }>(transaction, FOLDS, { given });
  return rows;
}

const WRITE = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset(:folds::jsonb) AS g(sku text, location text, has jsonb, moved jsonb, lots jsonb)
), lots AS (
  SELECT g.sku, g.location, l.lot, (l.moved->>'onHand')::bigint AS on_hand, (l.moved->>'picked')::bigint AS picked,
    (l.moved->>'damaged')::bigint AS damaged, (l.moved->>'qualityHold')::bigint AS quality_hold
  FROM given g CROSS JOIN LATERAL jsonb_to_recordset(g.lots) AS l(lot text, moved jsonb)
), lots_set AS (
  INSERT INTO stock_lots (sku, location, lot, on_hand, picked, damaged, quality_hold)
  SELECT sku, location, lot, on_hand, picked, damaged, quality_hold FROM lots
  ON CONFLICT (sku, location, lot) DO UPDATE SET on_hand = excluded.on_hand, picked = excluded.picked, damaged = excluded.damaged, quality_hold = excluded.quality_hold
), told AS (
  INSERT INTO stock_level_changes (sku, location, kind, was, became, reason, actor)
  SELECT sku, location, 'rebuilt', has || jsonb_build_object('lots', lots), moved, 'rebuilt_from_ledger', :actor FROM given
)
UPDATE stock_levels s SET on_hand = (g.moved->>'onHand')::bigint, reserved = (g.moved->>'reserved')::bigint,
  picked = (g.moved->>'picked')::bigint, damaged = (g.moved->>'damaged')::bigint, quality_hold = (g.moved->>'qualityHold')::bigint, incoming = (g.moved->>'incoming')::bigint,
  updated_at = now()
FROM given g WHERE s.sku = g.sku AND s.location = g.location`;

const write = (transaction: Transaction, folds: readonly Fold[], actor: string): Promise<unknown> =>
  prepared(transaction, WRITE, { actor, folds: JSON.stringify(folds) });
