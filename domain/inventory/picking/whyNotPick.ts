import { holdThatBlocks, type Hold } from '../../orders/holds';
import { isClosed, type OrderStatus } from '../../orders/status';

export interface ParcelToPick {
  orderStatus: OrderStatus;
  attention: string | null;
  /** What it costs is authorised or captured, or it costs nothing. Of an order that waits for stock the status does not tell. */
  paid: boolean;
  holds: readonly Hold[];
  /** Some of its units are allocated to it still. */
  allocated: boolean;
  /** They are off the shelf already. */
  picked: boolean;
  /** The carrier has it. */
  shipped: boolean;
  /** Its shipment was called off. */
  calledOff: boolean;
}

/** Why nothing of a parcel may be taken off the shelf, and what to do; null when it may, or was. */
export function whyNotPick(parcel: ParcelToPick): string | null {
  const { orderStatus, holds, attention } = parcel;
  if (parcel.shipped) return 'the carrier has taken this parcel: there is nothing left to pick';
  if (isClosed(orderStatus)) return `the order is ${orderStatus}: leave its units on the shelf`;
  if (!parcel.allocated || parcel.calledOff)
    return 'this parcel was given up or called off: read the order again, and pick the parcels that it has now';
  if (parcel.picked) return null;
  if (!parcel.paid || orderStatus === 'received' || orderStatus === 'awaiting_payment')
    return 'the order is not paid for yet: pick it once it is';
  const hold = holdThatBlocks(holds, 'ship');
  if (hold !== undefined) return `the order is on hold (${hold.type}): pick it once the hold is released`;
  if (attention !== null) return `first somebody has to decide about the order (resolve): ${attention}`;
  return null;
}
