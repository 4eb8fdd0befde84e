import { adjustStock, type StockAdjustment } from '../../db/inventory/adjustStock';
import { pickParcel, type NamedLot } from '../../db/inventory/picking/pickParcel';
import type { StockLevel } from '../../db/inventory/stockLevel';
import { findLotDrift } from '../../db/verify/findLotDrift';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { findStockDips } from '../../db/verify/findStockDips';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { shipmentId } from '../../domain/ids';
import { free, type Backroom } from './backroom';

let skus = 0;
export const newSku = (): string => `PICK-${(skus += 1)}`;

/** What the tests of picking do in a backroom, and look at. */
export function pickingIn(room: Backroom) {
  const adjust = (sku: string, change: Partial<StockAdjustment>): Promise<StockLevel> =>
    adjustStock(room.database, { sku, location: 'loc-1', reason: 'received', actor: 'key:ops', ...change });
  return {
    adjust,
    async trackedShelf(...lots: [lot: string, units: number, expiresOn: string][]): Promise<string> {
      const sku = newSku();
      await room.stock(sku, 0);
      await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = ?`, [sku]);
      for (const [lot, delta, expiresOn] of lots) await adjust(sku, { delta, lot, expiresOn });
      return sku;
    },
    async sell(...lines: { sku: string; quantity: number }[]): Promise<string> {
      const orderId = await room.order(free(...lines));
      await room.reserve(orderId);
      return orderId;
    },
    pick: (orderId: string, lots: NamedLot[] = [], number = 1) =>
      pickParcel(room.database, {
        orderId,
        number,
        shipmentId: shipmentId(orderId, number),
        lots,
        actor: 'key:picker',
      }),
    async figures(sku: string) {
      const [row] = await room.rows(
        `SELECT on_hand AS "onHand", reserved, picked, available FROM stock_levels WHERE sku = ? AND location = 'loc-1'`,
        [sku],
      );
      return row;
    },
    lotsOf: (sku: string) =>
      room.rows('SELECT lot, on_hand AS "onHand", picked FROM stock_lots WHERE sku = ? ORDER BY lot', [sku]),
    told: (orderId: string, type: string) =>
      room.rows<{ data: object; actor: string }>(
        'SELECT data, actor FROM order_events WHERE order_id = ? AND type = ?',
        [orderId, type],
      ),
    /** All that does not add up, by the books that the reconciler looks at. */
    async findDrift(): Promise<unknown[]> {
      const looks = [findStockDrift, findReservationDrift, findOrdersOffLedger, findStockDips, findLotDrift];
      const results = await Promise.all(looks.map((look) => look(room.database)));
      return results.flatMap(({ found }) => found as unknown[]);
    },
  };
}
