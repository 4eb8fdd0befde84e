import { Refusal } from '../../domain/failures';
import { BUCKETS, BUCKET_NAMES, type Bucket } from '../../domain/inventory/stock/buckets';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { inTransaction } from '../transaction';
import { lockLevels } from './lockLevels';
import { moveStock, type StockMove } from './moveStock';
import { LEVEL_COLUMNS, type StockLevel } from './stockLevel';

export interface StockAdjustment {
  sku: string;
  location: string;
  /** On hand where it is left out. */
  bucket?: Bucket | undefined;
  /** By how many units it changes; or … */
  delta?: number | undefined;
  /** … what it becomes, if it is `expected` now (compare and set; without `expected`, whatever it is). With a lot: of the lot. */
  setTo?: number | undefined;
  expected?: number | undefined;
  /** Of damaged and quality hold: on hand changes by as much. Units came damaged, or are scrapped. */
  withOnHand?: boolean | undefined;
  lot?: string | undefined;
  /** ISO date; of a lot that is new here. */
  expiresOn?: string | undefined;
  reason: string;
  document?: string | undefined;
  actor: string;
}

/**
 * Changes a bucket of a level, with its line in the ledger, in one transaction. Safety stock is a setting: it has no line in the
 * ledger, and one among the changes of the level.
 * @throws {Refusal} stock_conflict: not the expected figure, or less than what is reserved; invalid_request: no such item or
 * location, or a lot is missing.
 */
export async function adjustStock(database: Database | Transaction, input: StockAdjustment): Promise<StockLevel> {
  const { sku, location, bucket = 'onHand' } = input;
  return inTransaction(database, async (transaction) => {
    const [level] = await lockLevels(transaction, [{ sku, location }]);
    if (level === undefined) throw new Error(`${sku} has no level at ${location}`);
    const before = await readFigure(transaction, level, input);
    if (input.expected !== undefined && input.expected !== before)
      throw new Refusal(
        'stock_conflict',
        `${before} units are ${BUCKET_NAMES[bucket]}, not ${input.expected}; read the stock again and decide anew`,
      );
    const after = input.setTo ?? before + (input.delta ?? 0);
    if (bucket === BUCKETS.safetyStock) return setSafetyStock(transaction, input, { before, after });
    await moveStock(transaction, [moveOf(input, bucket, after - before)], {
      reason: input.reason,
      document: input.document ?? null,
      actor: input.actor,
    });
    return readLevel(transaction, sku, location);
  });
}

function moveOf(input: StockAdjustment, bucket: Exclude<Bucket, 'safetyStock'>, delta: number): StockMove {
  const { sku, location, lot, expiresOn } = input;
  return {
    ...{ sku, location, [bucket]: delta },
    ...(input.withOnHand ? { onHand: delta } : {}),
    ...(lot === undefined ? {} : { lot }),
    ...(expiresOn === undefined ? {} : { expiresOn }),
  };
}

/** The bucket as it is now: of the lot, where one is given. */
async function readFigure(transaction: Transaction, level: StockLevel, input: StockAdjustment): Promise<number> {
  const { bucket = 'onHand', lot } = input;
  if (lot === undefined || bucket === BUCKETS.safetyStock) return level[bucket];
  const { rows } = await prepared<{ rows: Record<Bucket, number>[] }>(
    transaction,
    `SELECT on_hand AS "onHand", damaged, quality_hold AS "qualityHold" FROM stock_lots
     WHERE sku = :sku AND location = :location AND lot = :lot`,
    { sku: level.sku, location: level.location, lot },
  );
  return rows[0]?.[bucket] ?? 0;
}

async function setSafetyStock(
  transaction: Transaction,
  input: StockAdjustment,
  { before, after }: { before: number; after: number },
): Promise<StockLevel> {
  const { sku, location, reason, document = null, actor } = input;
  if (after < 0) throw new Refusal('stock_conflict', `the safety stock would be ${after}; it is ${before}`);
  if (after !== before) {
    const { rowCount } = await prepared<{ rowCount: number }>(
      transaction,
      `WITH told AS (
         INSERT INTO stock_level_changes (sku, location, kind, was, became, reason, document, actor)
         SELECT sku, location, 'safety_stock', jsonb_build_object('safetyStock', safety_stock),
           jsonb_build_object('safetyStock', :after::bigint), :reason, :document, :actor
         FROM stock_levels WHERE sku = :sku AND location = :location
       )
       UPDATE stock_levels SET safety_stock = :after, updated_at = now() WHERE sku = :sku AND location = :location
         AND NOT EXISTS (SELECT FROM item_components WHERE kit = :sku)`,
      { sku, location, after, reason, document, actor },
    );
    if (rowCount === 0)
      throw new Refusal('invalid_request', `${sku} is a kit: set the safety stock of its components`, {
        errors: [{ pointer: '/sku', message: 'is a kit' }],
      });
  }
  return readLevel(transaction, sku, location);
}

async function readLevel(transaction: Transaction, sku: string, location: string): Promise<StockLevel> {
  const { rows } = await prepared<{ rows: [StockLevel] }>(
    transaction,
    `SELECT ${LEVEL_COLUMNS} FROM stock_levels s WHERE s.sku = ? AND s.location = ?`,
    [sku, location],
  );
  return rows[0];
}
