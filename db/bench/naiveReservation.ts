import type { Database } from '../connection';
import { prepared } from '../prepared';
import { inTransaction } from '../transaction';

/**
 * How a unit is commonly taken: lock the row with `SELECT … FOR UPDATE`, look, decide in the program, write the level and the
 * ledger. What ours is measured against; nothing sells by it. @returns false when there is none left.
 */
export async function reserveNaively(
  database: Database,
  { sku, location, document }: { sku: string; location: string; document: string },
): Promise<boolean> {
  return inTransaction(database, async (transaction) => {
    const { rows } = await prepared<{ rows: [{ available: number }] }>(
      transaction,
      'SELECT available FROM stock_levels WHERE sku = ? AND location = ? FOR UPDATE',
      [sku, location],
    );
    if (rows[0].available < 1) return false;
    await prepared(transaction, 'UPDATE stock_levels SET reserved = reserved + 1 WHERE sku = ? AND location = ?', [
      sku,
      location,
    ]);
    await prepared(
      transaction,
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       VALUES (?, ?, 0, 1, 'reserved', ?, 'bench')`,
      [sku, location, document],
    );
    return true;
  });
}
