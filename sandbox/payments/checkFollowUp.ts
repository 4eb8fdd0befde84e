import { Refusal } from '../refusal';

export type FollowUp = 'capture' | 'void' | 'refund';

interface Amounts {
  orderId: string;
  amount: number;
  currency: string;
  captured: number;
  voided: number;
  refunded: number;
}

interface Given {
  amount?: number | undefined;
  currency?: string | undefined;
  orderId?: string | undefined;
}

/**
 * Whether this step is legal now, and the amount it moves: what is left to capture, void or refund, unless told less.
 * @throws {Refusal} 409 with a code that says why not.
 */
export function checkFollowUp(kind: FollowUp, authorisation: Amounts, given: Given): number {
  if (given.currency !== undefined && given.currency !== authorisation.currency)
    throw new Refusal(409, 'currency_mismatch', `The authorisation is in ${authorisation.currency}`);
  if (given.orderId !== undefined && given.orderId !== authorisation.orderId)
    throw new Refusal(409, 'order_mismatch', 'The authorisation belongs to another order');

  const { captured, voided, refunded } = authorisation;
  const open = authorisation.amount - captured - voided;
  const left = kind === 'refund' ? captured - refunded : open;
  if (left === 0) throw nothingLeft(kind, authorisation);
  const amount = given.amount ?? left;
  if (amount > left) throw new Refusal(409, 'amount_too_large', `At most ${left} can be ${DONE[kind]}`);
  return amount;
}

const DONE = { capture: 'captured', void: 'voided', refund: 'refunded' };

function nothingLeft(kind: FollowUp, { captured, voided }: Amounts): Refusal {
  if (kind === 'refund')
    return captured === 0
      ? new Refusal(409, 'not_captured', 'Nothing was captured, so nothing can be refunded')
      : new Refusal(409, 'already_refunded', 'All that was captured was refunded already');
  if (voided > 0) return new Refusal(409, 'authorisation_voided', 'The authorisation was voided');
  return new Refusal(409, 'already_captured', 'The authorisation was captured in full');
}
