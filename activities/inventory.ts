import { paymentId } from '../domain/ids';
import type { BackorderRequest } from '../domain/orders/requests';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import { isClosed } from '../domain/orders/status';
import type { Database } from '../db/connection';
import { reserveStock as reserveStockRows, type Reservation } from '../db/inventory/reserveStock';
import { expireReservation, takeOverReservation } from '../db/inventory/reservations';
import { untilRaceWon } from '../db/inventory/stockRace';
import { decideMissing } from '../db/inventory/decideMissing';
import { readParcels, renumberCalledOff, type ParcelRecord } from '../db/inventory/parcels';
import { changeOrder, type OrderEventInput } from '../db/orders/changeOrder';
import { wasCarriedOut } from '../db/orders/findRepeat';
import { findAttempts } from '../db/payments/recordEffect';
import { prepared, type Transaction } from '../db/prepared';
import { rankClaims } from '../db/inventory/reallocation/rankClaims';
import { findPromises } from '../db/inventory/readPromise';
import { recordPromises, type MovedPromise } from '../db/inventory/recordPromises';
import { findReports } from '../db/shipments/shipmentRecord';

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
  /** In which parcels what is allocated leaves, or has left. */
  parcels: ParcelRecord[];
  /** Milestones that the carrier has reported already. */
  reports: { shipmentId: string; status: 'picked_up' | 'delivered' }[];
}

export function createInventoryActivities({ database }: { database: Database }) {
  return {
    /** Allocates the order where its channel's strategy says, or rejects it with what was short. Undone by `recordCancellation`. */
    async reserveStock({ orderId }: { orderId: string }): Promise<OrderStart> {
      return untilRaceWon(() => reserveOnce(database, orderId));
    },

    /** Ends a reservation that is past its time, by the clock of the database. @returns milliseconds left; null: it has ended. */
    expireReservation: ({ reservationId }: { reservationId: string }): Promise<number | null> =>
      expireReservation(database, reservationId),

    /** Gives the order what there is by now of the units that it waits for. */
    async allocateBackorder({ orderId }: { orderId: string }): Promise<Parcels> {
      return untilRaceWon(() =>
        changeParcels(database, orderId, async (transaction, order) => {
          if (isClosed(order.status)) return null;
          const reservation = await reserveStockRows(transaction, orderId, 'system');
          const moved = await promise(transaction, order.channel, reservation);
          const events = reservation.fulfilments.length === 0 ? [] : [tellAllocation(reservation)];
          if (moved.length > 0) events.push({ type: 'promise.moved', data: { lines: moved } });
          const occurrence = String(order.last_sequence);
          if (events.length === 0) return null;
          return { events, notify: moved.length > 0 ? [{ name: 'promise_moved', occurrence }] : [] };
        }),
      );
    },

    async decideBackorder({ orderId, request }: { orderId: string; request: BackorderRequest }): Promise<Parcels> {
      const { choice, actor, requestId } = request;
      return changeParcels(database, orderId, async (transaction) => {
        // What was cancelled is missing no more: only the other choices could be told twice, or go back on a later one.
        const isRepeat =
          choice !== 'cancel_missing' && (await wasCarriedOut(transaction, orderId, 'backorder.decided', requestId));
        if (isRepeat) return null;
        const units = await decideMissing(transaction, orderId, choice);
        return units === 0
          ? null
          : { events: [{ type: 'backorder.decided', actor, data: { choice, units, requestId } }] };
      });
    },

    /** A cancellation called some parcels off before another one turned out to be gone: the order goes on, and they are booked anew. */
    async replaceCalledOff({ orderId }: { orderId: string }): Promise<Parcels> {
      return changeParcels(database, orderId, async (transaction) =>
        (await renumberCalledOff(transaction, orderId)) === 0 ? null : { events: [{ type: 'parcels.planned_again' }] },
      );
    },
  };
}

/** An order after a change of what leaves in which parcel. */
export interface Parcels {
  snapshot: OrderSnapshot;
  parcels: ParcelRecord[];
}

/** One change of the order, and which parcels it has after it. */
export async function changeParcels(
  database: Database,
  orderId: string,
  change: Parameters<typeof changeOrder>[2],
): Promise<Parcels> {
  let parcels: ParcelRecord[] = [];
  const snapshot = await changeOrder(database, orderId, async (transaction, order) => {
    const made = await change(transaction, order);
    parcels = await readParcels(transaction, orderId);
    return made;
  });
  return { snapshot, parcels };
}

async function reserveOnce(database: Database, orderId: string): Promise<OrderStart> {
  const start: Omit<OrderStart, 'snapshot'> = {
    payment: { attempt: 1, tokenId: paymentId(orderId, 1) },
    attempts: [],
    parcels: [],
    reports: [],
  };
  const snapshot = await changeOrder(database, orderId, async (transaction, order) => {
    if (order.version > 1) {
      const attempts = await findAttempts(transaction, orderId);
      start.attempts = attempts.map(({ attempt, tokenId }) => ({ attempt, tokenId }));
      const { attempt, tokenId } = attempts.findLast(({ isGood }) => isGood) ?? attempts.at(-1) ?? start.payment;
      start.payment = { attempt, tokenId };
      start.parcels = await readParcels(transaction, orderId);
      start.reports = await findReports(transaction, orderId);
      const { rows } = await prepared<{ rows: [{ decided: boolean }] }>(
        transaction,
        'SELECT bool_or(allocated + backordered + fulfilled + cancelled > 0) AS decided FROM order_lines WHERE order_id = ?',
        [orderId],
      );
      if (order.rejected || rows[0].decided) return null;
    }
    const cart = order.reservation_id;
    const own = cart === null ? [] : await takeOverReservation(transaction, cart, orderId);
    const reservation = await reserveStockRows(transaction, orderId, 'system', own);
    if (!reservation.rejected) {
      start.parcels = reservation.fulfilments.map(({ number }) => ({ number, begun: false }));
      if (reservation.short.length === 0) return { events: [tellAllocation(reservation)] };
      await rankClaims(transaction, orderId);
      await promise(transaction, order.channel, reservation);
      return { events: [tellAllocation(reservation)], notify: [{ name: 'order_backordered' }] };
    }
    return {
      rejected: true,
      statusReason: describeShortage(reservation.missing),
      events: [{ type: 'order.rejected', data: { reason: 'insufficient_stock', short: reservation.missing } }],
      notify: [{ name: 'order_rejected' }],
    };
  });
  return { snapshot, ...start };
}

/** By when the short units of the lines can be there. @returns promises that were made before and have moved. */
async function promise(transaction: Transaction, channel: string, { short }: Reservation): Promise<MovedPromise[]> {
  if (short.length === 0) return [];
  const lines = short.map(({ lineId, sku, components, short: units }) => ({ lineId, sku, components, units }));
  return recordPromises(transaction, await findPromises(transaction, lines, channel));
}

/** Where the units come from, by parcel, and what has to wait. */
function tellAllocation({ fulfilments, short }: Reservation): OrderEventInput {
  const parcels = fulfilments.map(({ number, location, lines }) => ({
    number,
    location,
    units: lines.reduce((sum, { units }) => sum + units, 0),
  }));
  const backordered = short.map(({ sku, short }) => ({ sku, units: short }));
  return { type: 'stock.reserved', data: { parcels, ...(backordered.length > 0 && { backordered }) } };
}

const SHOWN = 5;

function describeShortage(lines: Reservation['missing']): string {
  const shown = lines.slice(0, SHOWN).map((line) => `${line.sku} (${line.wanted} wanted, ${line.available} available)`);
  const more = lines.length > SHOWN ? ` and ${lines.length - SHOWN} more` : '';
  return `insufficient_stock: ${shown.join(', ')}${more}`;
}
