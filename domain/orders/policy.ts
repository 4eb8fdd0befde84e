/** The terms an order runs under. It keeps those it was placed with, whatever the settings become later. Milliseconds. */
export interface OrderPolicy {
  /** How long a customer may take to pay after a declined payment, before the order is cancelled. */
  paymentDeadlineMs: number;
  /** When a step of our own is overdue and shows so. */
  stepWithinMs: number;
  /** How long a booked parcel may wait for the carrier. */
  pickupWithinMs: number;
  /** How long a parcel may be on its way. */
  deliverWithinMs: number;
  /** How long an undo may fail before it becomes work for a person. It is retried all the same. */
  settleWithinMs: number;
  /** How long operations may leave a hold, a decision or missing stock until the order shows as late. */
  reviewWithinMs: number;
  /** How long an order may wait for stock. Then what is missing is called off, or the order where nothing of it can go. */
  stockWithinMs: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const DEFAULT_POLICY: OrderPolicy = {
  paymentDeadlineMs: DAY,
  stepWithinMs: 15 * MINUTE,
  pickupWithinMs: 3 * DAY,
  deliverWithinMs: 14 * DAY,
  settleWithinMs: 10 * MINUTE,
  reviewWithinMs: DAY,
  stockWithinMs: 60 * DAY,
};
