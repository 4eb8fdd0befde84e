import { effectKey, shipmentId } from '../domain/ids';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import type { Database } from '../db/connection';
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

export function createShipmentActivities({ database, carrier }: { database: Database; carrier: Carrier }) {
  return {
    async bookShipment({ orderId, number }: ShipmentInput): Promise<OrderSnapshot> {
      const id = shipmentId(orderId, number);
      const key = effectKey(id, 'book');
      const before = await readShipment(database, id);
      if (before === undefined) await beginShipment(database, { orderId, shipmentId: id, number, key });
      const shipment = before ?? (await readShipment(database, id));
      if (shipment === undefined) throw new Error(`order ${orderId} has nothing allocated to ship`);
      if (shipment.status !== 'booking') return changeOrder(database, orderId, async () => null);
      const { service, from, to, items } = shipment;
      const parcel = { items: items.map(({ sku, quantity }) => ({ sku, quantity })) };
      const booking =
        (before && (await carrier.find(key))) ??
        (await carrier.book({ key, orderId, shipmentId: id, service, from, to, parcel }));
      return changeOrder(database, orderId, async (transaction) =>
        (await recordBooking(transaction, id, booking))
          ? {
              events: [
                {
                  type: 'shipment.booked',
                  data: { shipmentId: id, carrier: booking.carrier, trackingNumber: booking.trackingNumber },
                },
              ],
            }
          : null,
      );
    },

    /** Undo of `bookShipment`, safe whether or not that ever ran. The carrier refuses once it has taken the parcel. */
    async cancelShipment({
      orderId,
      number,
    }: ShipmentInput): Promise<{ cancelled: boolean; reason: string | null; snapshot: OrderSnapshot }> {
      const id = shipmentId(orderId, number);
      const shipment = await readShipment(database, id);
      const reference = shipment && (shipment.reference ?? (await carrier.find(effectKey(id, 'book')))?.reference);
      if (reference && shipment.status !== 'cancelled') {
        const answer = await carrier.cancel({ key: effectKey(id, 'cancel'), orderId, reference });
        if (!answer.cancelled) {
          return {
            cancelled: false,
            reason: answer.reason,
            snapshot: await changeOrder(database, orderId, async () => null),
          };
        }
      }
      const snapshot = await changeOrder(database, orderId, async (transaction) =>
        (await passMilestone(transaction, id, 'cancelled'))
          ? { events: [{ type: 'shipment.cancelled', data: { shipmentId: id } }] }
          : null,
      );
      return { cancelled: true, reason: null, snapshot };
    },

    /** The carrier has the parcel: stock leaves the shelf, units are shipped, the customer is told. */
    async dispatchAndNotify({ orderId, number }: ShipmentInput): Promise<OrderSnapshot> {
      const id = shipmentId(orderId, number);
      return changeOrder(database, orderId, async (transaction) => {
        if (!(await passMilestone(transaction, id, 'picked_up'))) return null;
        await dispatchStock(transaction, orderId, 'system');
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
        await markDelivered(transaction, orderId);
        return {
          events: [{ type: 'shipment.delivered', actor: 'carrier', data: { shipmentId: id } }],
          notify: [{ name: 'order_delivered', occurrence: String(number) }],
        };
      });
    },
  };
}
