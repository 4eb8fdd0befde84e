import type { PaymentTotals } from '../payments';
import type { Hold } from './holds';
import { type FulfilmentStatus, type OrderStatus, type PaymentStatus } from './status';

/**
 * Where each unit of a line is. ordered = open + allocated + backordered + fulfilled + cancelled, where open is what has
 * not been decided yet; shipped <= fulfilled, delivered <= shipped, returned <= shipped. The database holds the same rules.
 */
export interface LineQuantities {
  quantity: number;
  allocated: number;
  backordered: number;
  fulfilled: number;
  shipped: number;
  delivered: number;
  cancelled: number;
  returned: number;
}

/** All that an order's three statuses follow from. */
export interface OrderFacts {
  lines: readonly LineQuantities[];
  /** What the customer owes for what was not cancelled, in minor units. */
  due: number;
  payment: PaymentTotals;
  holds: readonly Pick<Hold, 'type'>[];
  /** Stock could not be had: the order was refused as a whole. */
  rejected: boolean;
  /** What a person has to settle, or null. */
  attention: string | null;
}

export interface OrderStatuses {
  status: OrderStatus;
  paymentStatus: PaymentStatus;
  fulfilmentStatus: FulfilmentStatus;
}

/** The one place where statuses come from. Pure: the same facts always give the same statuses. */
export function deriveStatuses(facts: OrderFacts): OrderStatuses {
  return {
    status: orderStatus(facts),
    paymentStatus: paymentStatus(facts),
    fulfilmentStatus: fulfilmentStatus(facts.lines),
  };
}

function orderStatus(facts: OrderFacts): OrderStatus {
  const { lines, due, payment } = facts;
  const live = total(lines, (line) => line.quantity - line.cancelled);
  const shipped = total(lines, (line) => line.shipped);
  const delivered = total(lines, (line) => line.delivered);
  const secured = total(lines, (line) => line.allocated + line.fulfilled);
  // A refund gives back what was paid; it does not make an order unpaid, or a completed one would come back to life.
  const paid = payment.captured >= due;

  if (facts.rejected) return 'rejected';
  if (live === 0) return 'cancelled';
  if (facts.attention !== null) return 'needs_attention';
  if (delivered === live && paid) return 'completed';
  if (facts.holds.length > 0) return 'on_hold';
  if (delivered === live) return 'delivered';
  if (shipped === live) return 'shipped';
  if (shipped > 0) return 'partly_shipped';
  if (total(lines, (line) => line.backordered) > 0) return 'awaiting_stock';
  if (secured < live) return 'received';
  if (payment.authorised - payment.voided >= due) return 'ready_to_ship';
  return payment.failed || payment.voided > 0 ? 'awaiting_payment' : 'received';
}

function paymentStatus({ payment, due }: OrderFacts): PaymentStatus {
  const { authorised, voided, captured, refunded } = payment;
  if (refunded > 0) return refunded >= captured ? 'refunded' : 'partly_refunded';
  if (captured > 0) return captured >= due ? 'paid' : 'partly_paid';
  if (authorised > voided) return 'authorized';
  if (authorised > 0) return 'voided';
  return payment.failed ? 'failed' : 'pending';
}

function fulfilmentStatus(lines: readonly LineQuantities[]): FulfilmentStatus {
  const live = total(lines, (line) => line.quantity - line.cancelled);
  const shipped = total(lines, (line) => line.shipped);
  const delivered = total(lines, (line) => line.delivered);
  const returned = total(lines, (line) => line.returned);
  if (live === 0 || total(lines, (line) => line.allocated + line.fulfilled) === 0) return 'unfulfilled';
  if (returned === live) return 'returned';
  if (delivered === live) return 'delivered';
  if (delivered > 0) return 'partly_delivered';
  if (shipped === live) return 'shipped';
  if (shipped > 0) return 'partly_shipped';
  return 'allocated';
}

const total = (lines: readonly LineQuantities[], of: (line: LineQuantities) => number): number =>
  lines.reduce((result, line) => result + of(line), 0);
