import type { OrderAction } from './actions';
import type { Hold } from './holds';
import type { OrderStatuses } from './facts';
import type { WaitingFor } from './waiting';

/** What a change of the order leaves behind: the answer of every activity that writes, and of the workflow's status query. */
export interface OrderSnapshot extends OrderStatuses {
  orderId: string;
  /** Grows by one with each change. */
  version: number;
  statusReason: string | null;
  holds: Hold[];
  /** The carrier has taken at least one unit. */
  dispatched: boolean;
  delivered: boolean;
  /** A payment has been captured in full. */
  paid: boolean;
  attention: string | null;
  /** The newest payment was declined or given back. Left out by earlier releases. */
  paymentWanted?: boolean;
  /** Units that it waits for. Left out by earlier releases, as are the next two. */
  backordered?: number;
  /** Nothing is shipped before those are there. */
  waitsForStock?: boolean;
  /** Every unit that was not cancelled has left. */
  allDispatched?: boolean;
  waitingFor: WaitingFor | null;
  allowedActions: OrderAction[];
}
