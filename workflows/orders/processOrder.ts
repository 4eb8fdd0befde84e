import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import { holdThatBlocks, type HoldableStep } from '../../domain/orders/holds';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { Saga, type Veto } from '../shared/saga';
import { createAttention, type Attention } from './attention';
import { collectPayment, securePayment } from './payOrder';
import { openDoors } from './orderDoors';
import { createOrderSteps, type OrderSteps } from './orderSteps';
import { OrderState } from './orderState';
import type { ProcessOrderInput } from './messages';

interface Parts {
  state: OrderState;
  steps: OrderSteps;
  attention: Attention;
  saga: Saga;
}

/** The life of one order, from the moment it is recorded until it is completed, cancelled or rejected. */
export async function processOrder(input: ProcessOrderInput): Promise<OrderSnapshot> {
  const state = new OrderState(readInput(input));
  const steps = createOrderSteps(state);
  const attention = createAttention(state, steps);
  const saga = new Saga();
  openDoors(state, steps);
  obeyCancellation(state);

  const story = async (): Promise<void> => {
    if (!(await reserveStock(state, steps))) return;
    // An earlier run of this workflow may have booked it: from here on a cancellation calls it off.
    if (state.shipmentBegun) keepCallOff();
    await securePayment({ state, steps, attention, saga });
    if (!state.shipmentBegun) await clearOfHolds(state, 'ship');
    state.shipmentBegun = true;
    keepCallOff();
    state.absorb(await attention.persevere('Booking the shipment', steps.book, () => clearOfHolds(state, 'ship')));
    await condition(() => state.reports.size > 0);
    state.absorb(await uninterrupted(steps.dispatch));
    state.publish();
    const collected = collectPayment({ state, steps, attention, saga }, () => clearOfHolds(state, 'capture'));
    await Promise.all([collected, receiveDelivery(state, steps)]);
  };
  const keepCallOff = (): void => {
    const undo = async (): Promise<Veto> => {
      const answer = await attention.settle('Cancelling the shipment', steps.cancelShipment, async () => ({
        cancelled: true,
        reason: null,
        snapshot: state.snapshot,
      }));
      state.absorb(answer.snapshot);
      return answer.cancelled
        ? null
        : `the carrier will not give the parcel back (${answer.reason ?? 'no reason given'}); ask for a return instead`;
    };
    saga.keep('shipment', undo, { mayVeto: true });
  };

  return CancellationScope.nonCancellable(async () => {
    while (!state.closed) {
      const interrupted = await runInterruptible(state, story);
      if (interrupted) await carryOutCancellation({ state, steps, attention, saga });
      else if (!state.closed) await reportUnclosed(state, attention);
    }
    state.over = true;
    state.publish();
    await condition(allHandlersFinished);
    return state.snapshot;
  });
}

/** @returns false when the order was rejected for want of stock. Also finds out where an earlier run of this workflow got to. */
async function reserveStock(state: OrderState, steps: OrderSteps): Promise<boolean> {
  if (state.snapshot.version > 0 && state.payment !== null) return true;
  const start = await uninterrupted(steps.reserve);
  state.absorb(start.snapshot);
  state.payment = start.payment;
  state.attempts = start.attempts;
  state.lastAttempt = start.attempts.at(-1)?.attempt ?? start.payment.attempt;
  state.shipmentBegun = start.shipmentBegun;
  for (const report of start.reports) state.reports.add(report.status);
  state.unclaimed = start.snapshot.attention;
  return !state.closed;
}

async function receiveDelivery(state: OrderState, steps: OrderSteps): Promise<void> {
  await condition(() => state.reports.has('delivered'));
  state.absorb(await uninterrupted(steps.deliver));
  state.publish();
}

/** A story that ended without closing its order is a fault of ours: it is shown, and told again once somebody has looked. */
async function reportUnclosed(state: OrderState, attention: Attention): Promise<void> {
  if (state.hasUnclaimedAttention) return condition(() => !state.hasUnclaimedAttention || state.cancelPlea !== null);
  await attention.raise(`all steps are done, and yet the order is ${state.snapshot.status}`);
  const decision = await attention.awaitDecision(() => state.cancelPlea !== null);
  if (decision !== null) await attention.decided(decision);
}

/** Waits until nothing keeps the step from starting: no open hold, and no finding that nobody has looked into. */
const clearOfHolds = (state: OrderState, step: HoldableStep): Promise<void> =>
  condition(() => holdThatBlocks(state.snapshot.holds, step) === undefined && !state.hasUnclaimedAttention);

/** Our own records are written to the end, whatever else is called off. */
const uninterrupted = <T>(run: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(run);

/** Runs the story until its end or until a cancellation is asked for. @returns whether it was interrupted. */
async function runInterruptible(state: OrderState, story: () => Promise<void>): Promise<boolean> {
  const work = new CancellationScope();
  state.work = work;
  if (state.cancelPlea !== null) work.cancel();
  try {
    await work.run(story);
    return false;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return true;
  } finally {
    state.work = null;
  }
}

/** Undoes what was done, newest first. When the parcel has gone already, the request is refused and the story goes on. */
async function carryOutCancellation({ state, steps, attention, saga }: Parts): Promise<void> {
  const plea = state.cancelPlea;
  if (plea === null) return;
  const veto =
    state.reports.size > 0 ? 'the carrier has already taken the parcel; ask for a return instead' : await saga.unwind();
  if (veto === null) {
    state.absorb(await steps.recordCancellation(plea.request));
    plea.answered = true;
  } else {
    plea.refusal = veto;
    await attention.startAgain();
  }
  state.cancelPlea = null;
}

/** "Request cancellation" in the Temporal UI means: cancel the order. */
function obeyCancellation(state: OrderState): void {
  CancellationScope.current().cancelRequested.catch(() => {
    if (state.closed || state.snapshot.dispatched) return;
    state.cancelPlea ??= {
      request: { reason: 'cancelled in Temporal', note: null, actor: 'temporal' },
      answered: false,
      refusal: null,
    };
    state.work?.cancel();
  });
}

/** Anybody with access to Temporal can start a workflow with any input: what is no order fails at once, and says why. */
function readInput(input: ProcessOrderInput): ProcessOrderInput {
  const given = input as Partial<ProcessOrderInput> | undefined | null;
  const complete =
    typeof given?.orderId === 'string' &&
    typeof given.currency === 'string' &&
    Number.isSafeInteger(given.grandTotal) &&
    typeof given.policy?.settleWithinMs === 'number' &&
    Object.values(given.queues ?? {}).every((queue) => typeof queue === 'string' && queue !== '');
  if (!complete)
    throw ApplicationFailure.nonRetryable(
      'an order is submitted through the API, which gives its workflow a full input',
      'invalid_request',
    );
  return input;
}
