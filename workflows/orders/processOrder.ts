import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import { parcelNumber } from '../../domain/ids';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { Saga } from '../shared/saga';
import { createAttention, type Attention } from './attention';
import { securePayment } from './payOrder';
import { keepCallOff, shipParcels } from './shipParcels';
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
  const parts = { state, steps, attention, saga };
  openDoors(state, steps);
  obeyCancellation(state);

  const story = async (): Promise<void> => {
    if (!(await reserveStock(state, steps))) return;
    // An earlier run of this workflow may have booked some: from here on a cancellation calls them off.
    for (const parcel of state.parcels.values()) if (parcel.begun) keepCallOff(parts, parcel);
    await securePayment(parts);
    await shipParcels(parts);
  };

  return CancellationScope.nonCancellable(async () => {
    while (!state.closed) {
      const interrupted = await runInterruptible(state, story);
      if (interrupted) await carryOutCancellation(parts);
      else if (!state.closed) await reportUnclosed(state, attention);
    }
    state.over = true;
    state.publish();
    await condition(allHandlersFinished);
    return state.snapshot;
  });
}

/** What releases told that knew one parcel alone. */
type OneParcel = { shipmentBegun: boolean };

/** @returns false when the order was rejected for want of stock. Also finds out where an earlier run of this workflow got to. */
async function reserveStock(state: OrderState, steps: OrderSteps): Promise<boolean> {
  if (state.snapshot.version > 0 && state.payment !== null) return true;
  const start = await uninterrupted(steps.reserve);
  state.absorb(start.snapshot);
  state.payment = start.payment;
  state.attempts = start.attempts;
  state.lastAttempt = start.attempts.at(-1)?.attempt ?? start.payment.attempt;
  state.setParcels(start.parcels ?? [{ number: 1, begun: (start as Partial<OneParcel>).shipmentBegun === true }]);
  for (const { shipmentId, status } of start.reports) state.reports(parcelNumber(shipmentId)).add(status);
  state.unclaimed = start.snapshot.attention;
  return !state.closed;
}

/** A story that ended without closing its order is a fault of ours: it is shown, and told again once somebody has looked. */
async function reportUnclosed(state: OrderState, attention: Attention): Promise<void> {
  if (state.hasUnclaimedAttention) return condition(() => !state.hasUnclaimedAttention || state.cancelPlea !== null);
  await attention.raise(`all steps are done, and yet the order is ${state.snapshot.status}`);
  const decision = await attention.awaitDecision(() => state.cancelPlea !== null);
  if (decision !== null) await attention.decided(decision);
}

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
  const veto = state.pickedUp
    ? 'the carrier has already taken the parcel; ask for a return instead'
    : await saga.unwind();
  if (veto === null) {
    state.absorb(await steps.recordCancellation(plea.request));
    plea.answered = true;
  } else {
    plea.refusal = veto;
    await planAgain(state, steps);
    await attention.startAgain();
  }
  state.cancelPlea = null;
}

/** Parcels that were called off before another one turned out to be gone are booked anew, under numbers of their own. */
async function planAgain(state: OrderState, steps: OrderSteps): Promise<void> {
  if (state.parcels.size < 2) return;
  const { parcels, snapshot } = await steps.replaceCalledOff();
  state.setParcels(parcels);
  state.absorb(snapshot);
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
