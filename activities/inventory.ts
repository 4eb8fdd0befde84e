import { paymentId, shipmentId } from '../domain/ids';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import type { Database } from '../db/connection';
import { reserveStock as reserveStockRows, StockRaceLost, type ShortLine } from '../db/inventory/reserveStock';
import { changeOrder } from '../db/orders/changeOrder';
import { findAttempts } from '../db/payments/recordEffect';
import { prepared } from '../db/prepared';
import { findReports, readShipment } from '../db/shipments/shipmentRecord';

interface PaymentAttempt {
  attempt: number;
  tokenId: string;
}

/** Where an order stands when its workflow starts: at the beginning, or wherever an earlier run of it got to. */
export interface OrderStart {
  snapshot: OrderSnapshot;
  /** The payment attempt to make or to go on with: the newest that is good, or else the newest. */
  payment: PaymentAttempt;
  /** Every attempt made so far, the newest last: each may have left an authorisation behind. */
  attempts: PaymentAttempt[];
  /** A shipment was begun, so that the carrier may know of it. */
  shipmentBegun: boolean;
  /** Milestones that the carrier has reported already. */
  reports: { shipmentId: string; status: 'picked_up' | 'delivered' }[];
}

const MAX_RACES = 50;

export function createInventoryActivities({ database }: { database: Database }) {
  return {
    /** Reserves all of the order at the best single location, or rejects the order with what was short. Undone by `recordCancellation`. */
    async reserveStock({ orderId }: { orderId: string }): Promise<OrderStart> {
      for (let race = 1; ; race += 1) {
        try {
          return await reserveOnce(database, orderId);
        } catch (error) {
          if (!(error instanceof StockRaceLost) || race === MAX_RACES) throw error;
        }
      }
    },
  };
}

async function reserveOnce(database: Database, orderId: string): Promise<OrderStart> {
  const start: Omit<OrderStart, 'snapshot'> = {
    payment: { attempt: 1, tokenId: paymentId(orderId, 1) },
    attempts: [],
    shipmentBegun: false,
    reports: [],
  };
  const snapshot = await changeOrder(database, orderId, async (transaction, order) => {
    if (order.version > 1) {
      const attempts = await findAttempts(transaction, orderId);
      start.attempts = attempts.map(({ attempt, tokenId }) => ({ attempt, tokenId }));
      const { attempt, tokenId } = attempts.findLast(({ isGood }) => isGood) ?? attempts.at(-1) ?? start.payment;
      start.payment = { attempt, tokenId };
      start.shipmentBegun = (await readShipment(transaction, shipmentId(orderId, 1))) !== undefined;
      start.reports = await findReports(transaction, orderId);
      const { rows } = await prepared<{ rows: [{ decided: boolean }] }>(
        transaction,
        'SELECT bool_or(allocated + fulfilled + cancelled > 0) AS decided FROM order_lines WHERE order_id = ?',
        [orderId],
      );
      if (order.rejected || rows[0].decided) return null;
    }
    const reservation = await reserveStockRows(transaction, orderId, 'system');
    if (reservation.kind === 'reserved')
      return { events: [{ type: 'stock.reserved', data: { location: reservation.location } }] };
    return {
      rejected: true,
      statusReason: describeShortage(reservation.lines),
      events: [{ type: 'order.rejected', data: { reason: 'insufficient_stock', short: reservation.lines } }],
      notify: [{ name: 'order_rejected' }],
    };
  });
  return { snapshot, ...start };
}

const SHOWN = 5;

function describeShortage(lines: readonly ShortLine[]): string {
  const shown = lines.slice(0, SHOWN).map((line) => `${line.sku} (${line.wanted} wanted, ${line.available} available)`);
  const more = lines.length > SHOWN ? ` and ${lines.length - SHOWN} more` : '';
  return `insufficient_stock: ${shown.join(', ')}${more}`;
}
