import { firstExpiredFirst, type Lot } from '../../domain/inventory/stock/firstExpiredFirst';
import { prepared, type Transaction } from '../prepared';

export interface WantedUnits {
  sku: string;
  location: string;
  quantity: number;
}

/**
 * Of which lots so many units leave, first expired first; never units that are damaged or held back. The levels are locked by
 * this transaction. @returns less than was asked for where there is less.
 */
export async function pickLots(transaction: Transaction, { sku, location, quantity }: WantedUnits): Promise<Lot[]> {
  const { rows } = await prepared<{ rows: Lot[] }>(
    transaction,
    `SELECT lot, expires_on::text AS "expiresOn", on_hand - damaged - quality_hold AS units FROM stock_lots
     WHERE sku = :sku AND location = :location AND on_hand - damaged - quality_hold > 0 ORDER BY received_at, lot`,
    { sku, location },
  );
  return firstExpiredFirst(rows, quantity);
}
