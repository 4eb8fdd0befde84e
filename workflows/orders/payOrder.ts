import { CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import type { Saga } from '../shared/saga';
import type { Attention } from './attention';
import type { OrderState, Payment } from './orderState';
import type { OrderSteps } from './orderSteps';

interface Paying {
  state: OrderState;
  steps: OrderSteps;
  attention: Attention;
  saga: Saga;
}

/**
 * Has the order's total authorised. A decline asks the customer for another means of payment, until the deadline of the
 * order's policy; then the order is cancelled. An order that costs nothing needs no payment.
 */
export async function securePayment(paying: Paying): Promise<void> {
  const { state, steps } = paying;
  if (state.input.grandTotal === 0 || state.secured) return;
  for (const earlier of state.attempts) keepVoid(paying, earlier);
  let deadline: number | null = null;
  while (!(await authorise(paying))) {
    state.publish();
    deadline ??= Date.now() + state.input.policy.paymentDeadlineMs;
    const asked = await condition(() => state.payPleas.length > 0, Math.max(1, deadline - Date.now()), {
      summary: 'Payment deadline',
    });
    if (!asked) {
      state.cancelPlea ??= {
        request: { reason: 'payment_deadline_passed', note: null, actor: 'system' },
        answered: false,
        refusal: null,
      };
      throw new CancelledFailure('the payment deadline has passed');
    }
    takeNextPayment(state);
  }
  refuseOtherPayments(state);
  state.secured = true;
  state.absorb(await CancellationScope.nonCancellable(steps.confirm));
  state.publish();
}

/**
 * Captures what was authorised. Goods have left, so there is no way back: a decline needs a person or the customer, who pays by
 * other means, has it tried again, or settles it by hand. `untilClear` waits for what keeps money from being captured: the order
 * may be held between two tries.
 */
export async function collectPayment(paying: Paying, untilClear: () => Promise<void>): Promise<void> {
  const { state, steps, attention } = paying;
  if (state.input.grandTotal === 0) return;
  await untilClear();
  const present = presentPayment(state).attempt;
  for (const { attempt, tokenId } of state.attempts.splice(0)) {
    if (attempt !== present) await giveBack(paying, { attempt, tokenId });
  }
  while (!state.snapshot.paid) {
    await untilClear();
    const payment = presentPayment(state);
    const capture = () => steps.capture(payment);
    const { accepted, snapshot } = await attention.persevere('Capturing the payment', capture, untilClear);
    state.absorb(snapshot);
    state.publish();
    if (accepted) return;
    if (await replacePayment(paying, payment)) return;
  }
}

/** After a declined capture: another authorisation takes the place of the old one. @returns true when it was settled by hand. */
async function replacePayment(paying: Paying, old: Payment): Promise<boolean> {
  const { state, steps, attention } = paying;
  await attention.raise(state.snapshot.statusReason ?? 'the capture was declined');
  for (;;) {
    const decision = await attention.awaitDecision(() => state.payPleas.length > 0);
    if (decision?.resolution === 'settled') {
      state.absorb(await steps.settlePayment(old, 'capture', decision));
      await attention.decided(decision);
      refuseOtherPayments(state);
      return true;
    }
    if (decision === null) takeNextPayment(state);
    else state.payment = { attempt: (state.lastAttempt += 1), tokenId: old.tokenId };
    const accepted = await authorise(paying);
    if (decision !== null) await attention.decided(decision);
    if (accepted) break;
    await attention.raise(state.snapshot.statusReason ?? 'the payment was declined');
  }
  refuseOtherPayments(state);
  await attention.clear({ note: 'another payment was authorised', actor: 'system' });
  await giveBack(paying, old);
  return false;
}

/** Authorises the present payment; its undo is kept before it runs. @returns false when it was declined. */
async function authorise(paying: Paying): Promise<boolean> {
  const { state, steps, attention } = paying;
  const payment = presentPayment(state);
  keepVoid(paying, payment);
  const { accepted, snapshot } = await attention.persevere('Authorising the payment', () => steps.authorise(payment));
  state.absorb(snapshot);
  if (state.payPlea !== null) {
    state.payPlea.answered = true;
    state.payPlea = null;
  }
  return accepted;
}

function keepVoid(paying: Paying, payment: Payment): void {
  paying.saga.keep(`payment ${payment.attempt}`, async () => {
    await giveBack(paying, payment);
    return null;
  });
}

/** Voids an authorisation, by the gateway or, in the end, by the word of a person. */
async function giveBack({ state, steps, attention }: Paying, payment: Payment): Promise<void> {
  const snapshot = await attention.settle(
    'Voiding the payment',
    () => steps.voidPayment(payment),
    (decision) => steps.settlePayment(payment, 'void', decision),
  );
  state.absorb(snapshot);
}

/** The customer's next means of payment becomes the present one; who gave it gets the answer once it was tried. */
function takeNextPayment(state: OrderState): void {
  const plea = state.payPleas.shift();
  if (plea === undefined) return;
  state.payPlea = plea;
  state.payment = { attempt: (state.lastAttempt += 1), tokenId: plea.request.tokenId };
}

/** What was given beside the means of payment that was good is not tried any more. */
function refuseOtherPayments(state: OrderState): void {
  for (const plea of state.payPleas.splice(0)) plea.refusal = 'the order was paid by other means meanwhile';
}

function presentPayment(state: OrderState): Payment {
  if (state.payment === null) throw new Error('stock is reserved before the order is paid');
  return state.payment;
}
