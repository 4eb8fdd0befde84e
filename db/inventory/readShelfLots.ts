import type { ShelfLot } from '../../domain/inventory/picking/chooseLots';
import { prepared, type Transaction } from '../prepared';
import { HAS_EXPIRED } from './expiredLots';

/** Lots of a level that have units which are neither picked, damaged nor held back. The level is locked by this transaction. */
export async function readShelfLots(
  transaction: Transaction,
  { sku, location }: { sku: string; location: string },
): Promise<ShelfLot[]> {
  const { rows } = await prepared<{ rows: ShelfLot[] }>(
    transaction,
    `SELECT l.lot, l.expires_on::text AS "expiresOn", l.on_hand - l.picked - l.damaged - l.quality_hold AS units, ${HAS_EXPIRED} AS expired
     FROM stock_lots l JOIN items i ON i.sku = l.sku
     WHERE l.sku = :sku AND l.location = :location AND l.on_hand - l.picked - l.damaged - l.quality_hold > 0
     ORDER BY l.received_at, l.lot`,
    { sku, location },
  );
  return rows;
}
