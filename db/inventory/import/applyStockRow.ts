import { Refusal } from '../../../domain/failures';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { inTransaction } from '../../transaction';
import { adjustStock, type StockAdjustment } from '../adjustStock';

export interface RowResult {
  outcome: 'ok' | 'unchanged' | 'refused';
  /** Why it was refused, or is as it was, in words. */
  message: string | null;
}

/**
 * Applies one row of a file once, however often the file is sent: `change.document` names the file and the row. A row that was
 * refused may be sent again. `isDryRun`: tells what would be, each row by itself, and changes nothing.
 */
export async function applyStockRow(
  database: Database,
  change: StockAdjustment & { document: string },
  isDryRun: boolean,
): Promise<RowResult> {
  try {
    return await inTransaction(database, async (transaction) => {
      const result = await applyOnce(transaction, change);
      if (isDryRun) throw new DryRunEnded(result);
      return result;
    });
  } catch (error) {
    if (error instanceof DryRunEnded) return error.result;
    if (error instanceof Refusal) return { outcome: 'refused', message: error.message };
    throw error;
  }
}

/** Rolls back what was tried. */
class DryRunEnded extends Error {
  override readonly name = 'DryRunEnded';
  readonly result: RowResult;
  constructor(result: RowResult) {
    super('a dry run was rolled back');
    this.result = result;
  }
}

async function applyOnce(transaction: Transaction, change: StockAdjustment & { document: string }): Promise<RowResult> {
  const { document, sku, location, actor } = change;
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `INSERT INTO stock_import_rows (document, sku, location, outcome, actor) VALUES (:document, :sku, :location, 'ok', :actor)
     ON CONFLICT DO NOTHING`,
    { document, sku, location, actor },
  );
  if (rowCount === 0) return { outcome: 'unchanged', message: 'was applied before' };
  await adjustStock(transaction, change);
  const { rows } = await prepared<{ rows: unknown[] }>(
    transaction,
    `UPDATE stock_import_rows r SET outcome = 'unchanged'
     WHERE r.document = ? AND NOT EXISTS (SELECT FROM stock_movements m WHERE m.document = r.document) RETURNING r.document`,
    [document],
  );
  return rows.length === 0
    ? { outcome: 'ok', message: null }
    : { outcome: 'unchanged', message: 'is what is on record' };
}
