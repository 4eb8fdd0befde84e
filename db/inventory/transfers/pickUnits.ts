import { Refusal } from '../../../domain/failures';
import { firstExpiredFirst, type Lot } from '../../../domain/inventory/stock/firstExpiredFirst';
import { prepared, type Transaction } from '../../prepared';
import type { TransferRecord } from './transferRecord';

/** Units of one lot that leave for one line. `lot` is empty where the item has none. */
export interface PickedUnits {
  number: number;
  sku: string;
  lot: string;
  expiresOn: string | null;
  shipped: number;
}

/**
 * Which units leave for each line: of the lot that it names, else first expired first. Lines are served in their order, and no
 * unit serves two. The levels are locked by this transaction. @throws {Refusal} stock_conflict: the lots have too little.
 */
export async function pickUnits(transaction: Transaction, { from, lines }: TransferRecord): Promise<PickedUnits[]> {
  const lotsOf = await readLots(transaction, from, [...new Set(lines.map(({ sku }) => sku))]);
  return lines.flatMap(({ number, sku, lot, quantity }) => {
    const lots = lotsOf.get(sku);
    if (lots === undefined) return [{ number, sku, lot: '', expiresOn: null, shipped: quantity }];
    const picked = firstExpiredFirst(lot === null ? lots : lots.filter((one) => one.lot === lot), quantity);
    const found = picked.reduce((sum, { units }) => sum + units, 0);
    if (found < quantity)
      throw new Refusal(
        'stock_conflict',
        `line ${number} needs ${quantity} units of ${sku}, and ${lot === null ? 'its lots have' : `lot ${lot} has`} ${found} that may leave`,
      );
    for (const { lot: name, units } of picked) {
      const source = lots.find((one) => one.lot === name);
      if (source !== undefined) source.units -= units;
    }
    return picked.map((one) => ({ number, sku, lot: one.lot, expiresOn: one.expiresOn, shipped: one.units }));
  });
}

/** By SKU, of those that are tracked by lot. */
async function readLots(transaction: Transaction, location: string, skus: string[]): Promise<Map<string, Lot[]>> {
  const { rows } = await prepared<{ rows: { sku: string; lots: Lot[] }[] }>(
    transaction,
    `SELECT i.sku, coalesce(json_agg(json_build_object('lot', l.lot, 'expiresOn', l.expires_on,
       'units', l.on_hand - l.picked - l.damaged - l.quality_hold) ORDER BY l.received_at, l.lot) FILTER (WHERE l.lot IS NOT NULL), '[]') AS lots
     FROM items i LEFT JOIN stock_lots l ON l.sku = i.sku AND l.location = :location AND l.on_hand - l.picked - l.damaged - l.quality_hold > 0
     WHERE i.sku = ANY(:skus) AND i.tracking = 'lot' GROUP BY i.sku`,
    { location, skus },
  );
  return new Map(rows.map(({ sku, lots }) => [sku, lots]));
}
