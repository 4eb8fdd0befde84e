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
  const totals = { authorised: 0, captured: 0, voided: 0, refunded: 0 };
  const counted = new Set<string>();
  let newestDeclined = false;
  for (const { effect, state, key, amount } of events) {
    const outcome = `${state} ${key}`;
    if (counted.has(outcome)) continue;
    counted.add(outcome);
    if (effect === 'authorise' && (state === 'declined' || state === 'succeeded'))
      newestDeclined = state === 'declined';
    if (state !== 'succeeded') continue;
    if (effect === 'authorise') totals.authorised += amount;
    else if (effect === 'capture') totals.captured += amount;
    else if (effect === 'void') totals.voided += amount;
    else totals.refunded += amount;
  }
  return { ...totals, failed: newestDeclined && totals.authorised <= totals.voided };
}
