import { DEFAULT_POLICY, type OrderPolicy } from './policy';
import type { OrderStatus } from './status';

type Owner = 'system' | 'customer' | 'carrier' | 'operations';

/** What an open order waits for, who has to act, and until when at the latest (null: not known before the first step). */
export interface WaitingFor {
  what: string;
  owner: Owner;
  /** ISO 8601, UTC. */
  until: string | null;
}

type Wait = Omit<WaitingFor, 'until'> & { within: keyof OrderPolicy };

/** Pure: what an order in this state waits for, and which term of its policy says for how long. Closed orders wait for nothing. */
export function findWait(state: {
  status: OrderStatus;
  allocated: boolean;
  /** A parcel is booked and not picked up yet. */
  booked: boolean;
  backordered?: boolean;
}): Wait | null {
  switch (state.status) {
    case 'received':
      return {
        what: state.allocated ? 'payment_authorisation' : 'stock_reservation',
        owner: 'system',
        within: 'stepWithinMs',
      };
    case 'awaiting_stock':
      return { what: 'stock', owner: 'operations', within: 'stockWithinMs' };
    case 'awaiting_payment':
      return { what: 'customer_payment', owner: 'customer', within: 'paymentDeadlineMs' };
    case 'on_hold':
      return { what: 'release_of_hold', owner: 'operations', within: 'reviewWithinMs' };
    case 'needs_attention':
      return { what: 'decision_of_operations', owner: 'operations', within: 'reviewWithinMs' };
    case 'ready_to_ship':
    case 'partly_shipped':
      if (!state.booked && !state.allocated && state.backordered === true)
        return { what: 'stock', owner: 'operations', within: 'stockWithinMs' };
      return state.booked
        ? { what: 'carrier_pickup', owner: 'carrier', within: 'pickupWithinMs' }
        : { what: 'shipment_booking', owner: 'system', within: 'stepWithinMs' };
    case 'shipped':
      return { what: 'delivery', owner: 'carrier', within: 'deliverWithinMs' };
    case 'delivered':
      return { what: 'payment_capture', owner: 'system', within: 'stepWithinMs' };
    case 'completed':
    case 'cancelled':
    case 'rejected':
      return null;
  }
}

/** How long the wait may last, in milliseconds: by the order's own policy, or by today's where the order is older than that term. */
export const termOf = (wait: Wait, policy: Partial<OrderPolicy>): number =>
  policy[wait.within] ?? DEFAULT_POLICY[wait.within];
