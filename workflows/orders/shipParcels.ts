import { CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import { DEFAULT_POLICY } from '../../domain/orders/policy';
import { holdThatBlocks, type HoldableStep } from '../../domain/orders/holds';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import type { Saga, Veto } from '../shared/saga';
import type { Attention } from './attention';
import { collectPayment } from './payOrder';
import type { OrderState, Parcel } from './orderState';
import type { OrderSteps } from './orderSteps';

interface Shipping {
  state: OrderState;
  steps: OrderSteps;
  attention: Attention;
  saga: Saga;
}

/**
 * Ships what is allocated, a parcel from each location, side by side. What is backordered gets parcels of its own when it comes.
 * Money is captured once the last unit has left.
 */
export async function shipParcels(shipping: Shipping): Promise<void> {
  const { state } = shipping;
  const ways = new Map<number, Promise<void>>();
  const hasNew = () => [...state.parcels.keys()].some((number) => !ways.has(number));
  const collected = collectOnceGone(shipping);
  let deadline: number | undefined;
  for (;;) {
    for (const parcel of state.parcels.values())
      if (!ways.has(parcel.number)) ways.set(parcel.number, shipParcel(shipping, parcel));
    const everything = Promise.all([collected, ...ways.values()]).then(() => 'all is done' as const);
    if (!awaitsStock(state.snapshot)) {
      // It may have to give up units of parcels that are not begun, and wait for them again.
      deadline = undefined;
      const change = condition(() => hasNew() || awaitsStock(state.snapshot));
      if ((await Promise.race([everything, change])) === 'all is done') return;
      continue;
    }
    deadline ??= Date.now() + (state.input.policy.stockWithinMs ?? DEFAULT_POLICY.stockWithinMs);
    const change = condition(() => hasNew() || !awaitsStock(state.snapshot), Math.max(1, deadline - Date.now()), {
      summary: 'Stock deadline',
    });
    if ((await Promise.race([everything, change])) === false) await callOffMissing(shipping);
  }
}

/** What has not come in time is called off; the whole order, if nothing of it may go without. */
async function callOffMissing({ state, steps }: Shipping): Promise<void> {
  const { waitsForStock, fulfilmentStatus } = state.snapshot;
  if (waitsForStock === true || fulfilmentStatus === 'unfulfilled') {
    state.cancelPlea ??= {
      request: { reason: 'stock_deadline_passed', note: null, actor: 'system' },
      answered: false,
      refusal: null,
    };
    throw new CancelledFailure('what was missing has not come in time');
  }
  const request = { choice: 'cancel_missing' as const, actor: 'system', requestId: 'stock_deadline_passed' };
  const { parcels, snapshot } = await CancellationScope.nonCancellable(() => steps.decideBackorder(request));
  state.setParcels(parcels);
  state.absorb(snapshot);
  state.publish();
}

async function shipParcel(shipping: Shipping, parcel: Parcel): Promise<void> {
  const { state, steps, attention } = shipping;
  /** All its units were given up to other orders: there is nothing to ship any more. */
  const isGone = () => state.parcels.get(parcel.number) !== parcel;
  if (!parcel.begun)
    await condition(() => isGone() || (state.snapshot.waitsForStock !== true && isClear(state, 'ship')));
  if (isGone()) return;
  parcel.begun = true;
  keepCallOff(shipping, parcel);
  const book = () => steps.book(parcel.number);
  state.absorb(await attention.persevere('Booking the shipment', book, () => clearOfHolds(state, 'ship')));
  const reports = state.reports(parcel.number);
  await condition(() => isGone() || reports.size > 0);
  if (isGone()) return;
  state.absorb(await CancellationScope.nonCancellable(() => steps.dispatch(parcel.number)));
  state.publish();
  await condition(() => reports.has('delivered'));
  state.absorb(await CancellationScope.nonCancellable(() => steps.deliver(parcel.number)));
  state.publish();
}

async function collectOnceGone(shipping: Shipping): Promise<void> {
  const { state } = shipping;
  await condition(() => state.snapshot.allDispatched ?? state.snapshot.dispatched);
  await collectPayment(shipping, () => clearOfHolds(state, 'capture'));
}

/** The undo of a parcel, from before it is booked: also of one that an earlier run of this workflow may have booked. */
export function keepCallOff({ state, steps, attention, saga }: Shipping, { number }: Parcel): void {
  const undo = async (): Promise<Veto> => {
    const answer = await attention.settle(
      'Cancelling the shipment',
      () => steps.cancelShipment(number),
      async () => ({ cancelled: true, reason: null, snapshot: state.snapshot }),
    );
    state.absorb(answer.snapshot);
    return answer.cancelled
      ? null
      : `the carrier will not give the parcel back (${answer.reason ?? 'no reason given'}); ask for a return instead`;
  };
  saga.keep(number === 1 ? 'shipment' : `shipment ${number}`, undo, { mayVeto: true });
}

const awaitsStock = ({ backordered = 0 }: OrderSnapshot): boolean => backordered > 0;

const isClear = (state: OrderState, step: HoldableStep): boolean =>
  holdThatBlocks(state.snapshot.holds, step) === undefined && !state.hasUnclaimedAttention;

/** Waits until nothing keeps the step from starting: no open hold, and no finding that nobody has looked into. */
const clearOfHolds = (state: OrderState, step: HoldableStep): Promise<void> => condition(() => isClear(state, step));
