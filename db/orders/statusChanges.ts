import { channel } from 'node:diagnostics_channel';
import type { OrderStatus } from '../../domain/orders/status';

export interface StatusChange {
  from: OrderStatus;
  to: OrderStatus;
}

/** Tells this process of each change of an order's status, once it is committed. Whoever counts them listens; nobody has to. */
export const statusChanges = channel('oms.order.status');
