export type PaymentEffect = 'authorise' | 'capture' | 'void' | 'refund';

/** One line of the append-only record of payments: what was asked of the provider under a key, and what became of it. */
export interface PaymentEvent {
  effect: PaymentEffect;
  state: 'requested' | 'succeeded' | 'declined' | 'abandoned';
  /** The effect's key; a request and its outcome share it. */
  key: string;
  /** Integer minor units. */
  amount: number;
}

export interface PaymentTotals {
  authorised: number;
  captured: number;
  voided: number;
  refunded: number;
  /** The newest authorisation asked for was declined, and nothing is authorised. */
  failed: boolean;
}

/**
 * Payment amounts are what the events add up to. An outcome counts once per key, however often it is recorded. Voiding
 * gives back what was authorised and not captured.
 */
export function foldPayments(events: readonly PaymentEvent[]): PaymentTotals {
  const totals: PaymentTotals = { authorised: 0, captured: 0, voided: 0, refunded: 0, failed: false };
  const counted = new Set<string>();
  for (const { effect, state, key, amount } of events) {
    if (state === 'declined' && effect === 'authorise') totals.failed = true;
    if (state !== 'succeeded' || counted.has(key)) continue;
    counted.add(key);
    if (effect === 'authorise') {
      totals.authorised += amount;
      totals.failed = false;
    } else if (effect === 'capture') totals.captured += amount;
    else if (effect === 'void') totals.voided += amount;
    else totals.refunded += amount;
  }
  return totals;
}
