import { ApplicationFailure } from '@temporalio/common';
import { effectKey, shipmentId } from '../domain/ids';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import { isClosed } from '../domain/orders/status';
import type { Database } from '../db/connection';
import { wasGivenUp } from '../db/inventory/parcels';
import { dispatchStock } from '../db/inventory/dispatchStock';
import { changeOrder } from '../db/orders/changeOrder';
import { markDelivered } from '../db/orders/markDelivered';
import { beginShipment, passMilestone, readShipment, recordBooking } from '../db/shipments/shipmentRecord';
import type { Carrier } from '../providers/carriers/port';

export interface ShipmentInput {
  orderId: string;
  /** Which parcel of the order, from 1 on. */
  number: number;
}

export interface CancelAnswer {
  cancelled: boolean;
  /** The carrier's own, where it refused. */
  reason: string | null;
  snapshot: OrderSnapshot;
}

export function createShipmentActivities({ database, carrier }: { database: Database; carrier: Carrier }) {
  const callOff = async ({ orderId, id, reference }: { orderId: string; id: string; reference: string }) => {
    const answer = await carrier.cancel({ key: effectKey(id, 'cancel'), orderId, reference });
    if (!answer.cancelled)
      throw ApplicationFailure.nonRetryable(
        `the carrier keeps ${id}, which was called off: ${answer.reason}`,
        'provider_rejected',
      );
  };

  return {
    /** Books nothing where all units of the parcel were given up to other orders meanwhile. */
    async bookShipment({ orderId, number }: ShipmentInput): Promise<OrderSnapshot> {
      const id = shipmentId(orderId, number);
      const key = effectKey(id, 'book');
      const isNew = await beginShipment(database, { orderId, shipmentId: id, number, key });
      const shipment = await readShipment(database, id);
      if (shipment === undefined) {
        const order = await changeOrder(database, orderId, async () => null);
        if (!isClosed(order.status) && (await wasGivenUp(database, { orderId, number }))) return order;
        throw ApplicationFailure.nonRetryable(`order ${orderId} has nothing allocated to ship`, 'illegal_transition');
      }
      if (shipment.status === 'cancelled')
        throw ApplicationFailure.nonRetryable('the parcel was called off; cancel the order', 'illegal_transition');
      // Not the status: a scan of the carrier may be here before its answer, and have moved that.
      if (shipment.reference !== null) return changeOrder(database, orderId, async () => null);
      const { service, from, to, items } = shipment;
      const parcel = { items: items.map(({ sku, quantity }) => ({ sku, quantity })) };
      const booking =
        (isNew ? undefined : await carrier.find(key)) ??
        (await carrier.book({ key, orderId, shipmentId: id, service, from, to, parcel }));
      let calledOff = false;
      const snapshot = await changeOrder(database, orderId, async (transaction) => {
        if (!(await recordBooking(transaction, id, booking))) {
          calledOff = (await readShipment(transaction, id))?.status === 'cancelled';
          return null;
        }
        const { carrier, trackingNumber } = booking;
        return { events: [{ type: 'shipment.booked', data: { shipmentId: id, carrier, trackingNumber } }] };
      });
      // The undo ran while the carrier was asked, by an attempt that Temporal had given up already: it found nothing to call off.
      if (calledOff) await callOff({ orderId, id, reference: booking.reference });
      return snapshot;
    },

    /**
     * Undo of `bookShipment`, safe whether or not that ever ran: the shipment on record as cancelled keeps a late attempt from
     * booking, or has it call off what it booked. The carrier refuses once it has taken the parcel.
     */
    async cancelShipment({ orderId, number }: ShipmentInput): Promise<CancelAnswer> {
      const id = shipmentId(orderId, number);
      const key = effectKey(id, 'book');
      await beginShipment(database, { orderId, shipmentId: id, number, key });
      for (;;) {
        const shipment = await readShipment(database, id);
        const reference = shipment && (shipment.reference ?? (await carrier.find(key))?.reference);
        if (reference && shipment.status !== 'cancelled') {
          const answer = await carrier.cancel({ key: effectKey(id, 'cancel'), orderId, reference });
          if (!answer.cancelled) {
            const snapshot = await changeOrder(database, orderId, async () => null);
            return { cancelled: false, reason: answer.reason, snapshot };
          }
        }
        let bookedMeanwhile = false;
        const snapshot = await changeOrder(database, orderId, async (transaction) => {
          const booked = (await readShipment(transaction, id))?.reference ?? reference;
          bookedMeanwhile = booked !== reference;
          if (bookedMeanwhile || !(await passMilestone(transaction, id, 'cancelled'))) return null;
          return { events: [{ type: 'shipment.cancelled', data: { shipmentId: id } }] };
        });
        if (!bookedMeanwhile) return { cancelled: true, reason: null, snapshot };
      }
    },

    /** The carrier has the parcel: stock leaves the shelf, units are shipped, the customer is told. */
    async dispatchAndNotify({ orderId, number }: ShipmentInput): Promise<OrderSnapshot> {
      const id = shipmentId(orderId, number);
      return changeOrder(database, orderId, async (transaction) => {
        if (!(await passMilestone(transaction, id, 'picked_up'))) return null;
        await dispatchStock(transaction, { orderId, number }, 'system');
        return {
          events: [{ type: 'shipment.picked_up', actor: 'carrier', data: { shipmentId: id } }],
          notify: [{ name: 'order_shipped', occurrence: String(number) }],
        };
      });
    },

    /** The parcel has arrived: its units are delivered, the customer is told. */
    async deliverAndNotify({ orderId, number }: ShipmentInput): Promise<OrderSnapshot> {
      const id = shipmentId(orderId, number);
      return changeOrder(database, orderId, async (transaction) => {
        if (!(await passMilestone(transaction, id, 'delivered'))) return null;
        await markDelivered(transaction, { orderId, number });
        return {
          events: [{ type: 'shipment.delivered', actor: 'carrier', data: { shipmentId: id } }],
          notify: [{ name: 'order_delivered', occurrence: String(number) }],
        };
      });
    },
  };
}
