import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  setDefaultSignalHandler,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { parcelNumber, shipmentId } from '../../domain/ids';
import { findObstacle, isUndecided, type OrderAction } from '../../domain/orders/actions';
import {
  BadPayload,
  readBackorder,
  readBreach,
  readCancel,
  readGiveUpStock,
  readHold,
  readPay,
  readRelease,
  readResolve,
  type ResolveRequest,
} from '../../domain/orders/requests';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import * as messages from './messages';
import type { OrderState, Plea } from './orderState';
import type { OrderSteps } from './orderSteps';

/** After so many refused signals the order only ignores: nobody can fill its history with garbage. */
const MAX_REFUSALS_TOLD = 50;
/** Far more than an order has locations and deliveries. */
const MAX_PARCELS = 10_000;

interface Door<R extends { requestId: string }> {
  action: OrderAction;
  description: string;
  update: UpdateDefinition<OrderSnapshot, [Partial<R>]>;
  signal: SignalDefinition<[Partial<R>]>;
  /** @throws {BadPayload} */
  read: (payload: unknown, fallbackId: string) => R;
  /** More than the general obstacles: why this very request can't be done. */
  check?: (request: R) => string | null;
  carryOut: (request: R) => Promise<void>;
}

/** Everything that people and carriers may tell a running order. Registered before the first await. */
export function openDoors(state: OrderState, steps: OrderSteps): void {
  setHandler(messages.getStatus, () => state.snapshot, { description: 'Live status of the order' });
  const answers = new Map<string, Promise<OrderSnapshot>>();
  let refusals = 0;

  const tellRefusal = async (message: string, why: string): Promise<void> => {
    refusals += 1;
    if (refusals > MAX_REFUSALS_TOLD || state.closed) return;
    state.absorb(await steps.recordRefusal(uuid4(), message, why));
  };

  /** Why the request can't be done now; a request seen before gets its first answer again. */
  const findRefusal = <R extends { requestId: string }>(door: Door<R>, request: R): string | null =>
    answers.has(request.requestId)
      ? null
      : (findObstacle(door.action, state.snapshot) ?? door.check?.(request) ?? null);

  const answer = <R extends { requestId: string }>(door: Door<R>, request: R): Promise<OrderSnapshot> => {
    const given = answers.get(request.requestId);
    if (given !== undefined) return given;
    const made = CancellationScope.nonCancellable(async () => {
      await door.carryOut(request);
      state.publish();
      return state.snapshot;
    });
    answers.set(request.requestId, made);
    return made;
  };

  const open = <R extends { requestId: string }>(door: Door<R>): void => {
    const name = door.update.name;
    setHandler(
      door.update as unknown as UpdateDefinition<OrderSnapshot, [unknown]>,
      async (payload) => {
        try {
          return await answer(door, door.read(payload, uuid4()));
        } catch (error) {
          throw asRefusal(error);
        }
      },
      {
        description: door.description,
        validator: (payload) => {
          try {
            const why = findRefusal(door, door.read(payload, 'unnamed'));
            if (why !== null) throw refused(`${name} is not possible: ${why}`);
          } catch (error) {
            throw asRefusal(error);
          }
        },
      },
    );
    setHandler(
      door.signal as unknown as SignalDefinition<[unknown]>,
      async (payload) => {
        try {
          const request = door.read(payload, uuid4());
          const why = findRefusal(door, request);
          if (why === null) await answer(door, request);
          else await tellRefusal(name, why);
        } catch (error) {
          await tellRefusal(name, asRefusal(error).message);
        }
      },
      { description: door.description },
    );
  };

  /** No step waits for this decision: it is carried out here, and lets the order go on. */
  const settleUnclaimed = async ({ note, resolution, actor }: ResolveRequest): Promise<void> => {
    const attention = state.unclaimed ?? '';
    state.absorb(await steps.clearAttention({ note: note || resolution, actor, attention }));
    if (state.snapshot.attention !== null) throw refused('meanwhile it needs attention for another reason; look again');
  };

  /** Waits until the story has dealt with the request; an order that closes meanwhile refuses what is left. */
  const untilAnswered = async (plea: Plea<unknown>): Promise<void> => {
    await condition(() => plea.answered || plea.refusal !== null || state.over);
    if (plea.refusal !== null) throw refused(plea.refusal);
    if (!plea.answered) throw refused(`the order is ${state.snapshot.status}`);
  };

  // From here on: a request that came before the order's first task is carried out as soon as its door is opened.
  open({
    action: 'cancel',
    description: 'Cancel the order: {"reason": "customer asked"}',
    update: messages.cancelOrder,
    signal: messages.cancelOrderSignal,
    read: readCancel,
    check: () => (state.pickedUp ? 'the carrier has already taken the parcel; ask for a return instead' : null),
    carryOut: async (request) => {
      const plea = (state.cancelPlea ??= { request, answered: false, refusal: null });
      state.work?.cancel();
      await untilAnswered(plea);
    },
  });
  open({
    action: 'hold',
    description: 'Hold the order: {"reason": "check the address", "type": "operator"}',
    update: messages.holdOrder,
    signal: messages.holdOrderSignal,
    read: readHold,
    carryOut: async (request) => state.absorb(await steps.placeHold(request)),
  });
  open({
    action: 'release',
    description: 'Release a hold: {"holdId": "hld_…"}, or {} when only one is open',
    update: messages.releaseOrder,
    signal: messages.releaseOrderSignal,
    read: readRelease,
    check: ({ holdId }) => {
      const open = state.snapshot.holds.map((hold) => hold.id);
      if (holdId === null)
        return open.length === 1 ? null : `several holds are open, name one as holdId: ${open.join(', ')}`;
      return open.includes(holdId) ? null : `${holdId} is not an open hold of this order; open: ${open.join(', ')}`;
    },
    carryOut: async (request) => {
      const holdId = request.holdId ?? state.snapshot.holds[0]?.id;
      if (holdId !== undefined) state.absorb(await steps.releaseHold({ ...request, holdId }));
    },
  });
  open({
    action: 'pay',
    description: 'Pay by another means, given by the id of a stored token: {"tokenId": "…"}',
    update: messages.payOrder,
    signal: messages.payOrderSignal,
    read: readPay,
    check: () =>
      state.secured && state.hasUnclaimedAttention && state.unclaimed !== null ? isUndecided(state.unclaimed) : null,
    carryOut: async (request) => {
      const plea = { request, answered: false, refusal: null };
      state.payPleas.push(plea);
      await untilAnswered(plea);
    },
  });
  open({
    action: 'decide_backorder',
    description: 'Missing units: {"choice": "wait" | "ship_available" | "cancel_missing"}',
    update: messages.decideBackorder,
    signal: messages.decideBackorderSignal,
    read: readBackorder,
    check: ({ choice }) =>
      choice === 'cancel_missing' && state.snapshot.fulfilmentStatus === 'unfulfilled'
        ? 'nothing of the order is there; cancel the order instead'
        : null,
    carryOut: async (request) => {
      const { parcels, snapshot } = await steps.decideBackorder(request);
      state.setParcels(parcels);
      state.absorb(snapshot);
    },
  });
  open({
    action: 'resolve',
    description: 'Settle what needs attention: {"resolution": "retry"} or {"resolution": "settled", "note": "how"}',
    update: messages.resolveAttention,
    signal: messages.resolveAttentionSignal,
    read: readResolve,
    check: () => (state.resolvePlea === null ? null : 'another decision is being carried out'),
    carryOut: async (request) => {
      if (state.hasUnclaimedAttention) return settleUnclaimed(request);
      const plea = (state.resolvePlea = { request, answered: false, refusal: null });
      await untilAnswered(plea);
    },
  });

  setHandler(
    messages.carrierReported,
    async (report) => {
      const given = report as Partial<messages.CarrierReport> | null | undefined;
      const number = parcelNumber(given?.shipmentId ?? '');
      const ours = given?.shipmentId === shipmentId(state.input.orderId, number) && number <= MAX_PARCELS;
      if (ours && (given.status === 'picked_up' || given.status === 'delivered'))
        state.reports(number).add(given.status);
      else await tellRefusal('carrierReported', 'it is not about a parcel of this order, or of no known status');
    },
    { description: 'A carrier has taken or delivered the parcel; sent by the callback of the carrier' },
  );
  setHandler(
    messages.stockArrived,
    async () => {
      if (state.closed || (state.snapshot.backordered ?? 0) === 0) return;
      const { parcels, snapshot } = await CancellationScope.nonCancellable(() => steps.allocateBackorder());
      state.setParcels(parcels);
      state.absorb(snapshot);
      state.publish();
    },
    {
      description: 'Units that the order waits for may be there: it takes what it can have; sent by the re-allocation',
    },
  );
  setHandler(
    messages.giveUpStock,
    async (payload) => {
      try {
        const request = readGiveUpStock(payload, uuid4());
        // Before its stock is reserved it has nothing to give.
        await CancellationScope.nonCancellable(() => condition(() => state.payment !== null || state.over));
        if (state.closed || state.over) return;
        const { parcels, snapshot } = await CancellationScope.nonCancellable(() => steps.giveUpStock(request));
        state.setParcels(parcels);
        state.absorb(snapshot);
        state.publish();
      } catch (error) {
        await tellRefusal('giveUpStock', asRefusal(error).message);
      }
    },
    {
      description:
        'Units for orders that go before: {"lineId": "lin_…", "takes": [{"location": "…", "units": 1}]}; sent by the re-allocation',
    },
  );
  setHandler(
    messages.reportBreach,
    async (payload) => {
      try {
        const finding = `found by the reconciler: ${readBreach(payload)}`;
        if (state.closed || state.snapshot.attention !== null) return;
        const next = await steps.raiseFinding(finding);
        if (next.attention === finding) state.unclaimed = finding;
        state.absorb(next);
        state.publish();
      } catch (error) {
        await tellRefusal('reportBreach', asRefusal(error).message);
      }
    },
    { description: 'The records of the order contradict each other: {"what": "…"}; sent by the reconciler' },
  );
  setDefaultSignalHandler((name) => tellRefusal(name.slice(0, 100), 'an order takes no such signal'));
}

const refused = (why: string): ApplicationFailure =>
  ApplicationFailure.create({ type: 'illegal_transition', message: why, nonRetryable: true });

/** The only kind of error that a handler may throw: any other would make the workflow task fail over and over. */
function asRefusal(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) return error.cause;
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({
    type: error instanceof BadPayload ? 'invalid_request' : 'internal',
    message,
    nonRetryable: true,
  });
}
