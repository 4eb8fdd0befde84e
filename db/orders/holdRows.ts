import type { HoldType } from '../../domain/orders/holds';
import { prepared, type Transaction } from '../prepared';

/** @returns false when this request placed its hold before. */
export async function insertHold(
  transaction: Transaction,
  hold: { id: string; orderId: string; type: HoldType; reason: string; requestId: string; actor: string },
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `INSERT INTO order_holds (id, order_id, type, reason, request_id, placed_by)
     VALUES (:id, :orderId, :type, :reason, :requestId, :actor) ON CONFLICT DO NOTHING`,
    { ...hold },
  );
  return rowCount > 0;
}

/** @returns false when the hold is not there or was released before. */
export async function closeHold(
  transaction: Transaction,
  release: { holdId: string; orderId: string; actor: string; note: string | null },
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `UPDATE order_holds SET released_by = :actor, released_at = now(), release_note = :note
     WHERE id = :holdId AND order_id = :orderId AND released_at IS NULL`,
    { ...release },
  );
  return rowCount > 0;
}

/** `ever`: the next hold gets the number after it. `open`: not released yet. */
export async function countHolds(transaction: Transaction, orderId: string): Promise<{ ever: number; open: number }> {
  const { rows } = await prepared<{ rows: [{ ever: number; open: number }] }>(
    transaction,
    `SELECT count(*)::int AS ever, (count(*) FILTER (WHERE released_at IS NULL))::int AS open
     FROM order_holds WHERE order_id = ?`,
    [orderId],
  );
  return rows[0];
}
