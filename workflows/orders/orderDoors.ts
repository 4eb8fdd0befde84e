import { CancellationScope, condition, setDefaultSignalHandler, setHandler, uuid4 } from '@temporalio/workflow';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { findObstacle, isUndecided, type OrderAction } from '../../domain/orders/actions';
import {
  readBackorder,
  readCancel,
  readHold,
  readPay,
  readPriority,
  readRelease,
  readResolve,
  type ResolveRequest,
} from '../../domain/orders/requests';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import * as messages from './messages';
import type { OrderState, Plea } from './orderState';
import type { OrderSteps } from './orderSteps';
import { asRefusal, refused } from './refusals';
import { takeReports } from './takeReports';

/** After so many refused signals the order only ignores: nobody can fill its history with garbage. */
const MAX_REFUSALS_TOLD = 50;

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
    action: 'set_priority',
    description: 'Which of the orders that wait is served first, from -9 to 9: {"priority": 5}',
    update: messages.setPriority,
    signal: messages.setPrioritySignal,
    read: readPriority,
    carryOut: async (request) => state.absorb(await steps.setPriority(request)),
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

  takeReports(state, steps, tellRefusal);
  setDefaultSignalHandler((name) => tellRefusal(name.slice(0, 100), 'an order takes no such signal'));
}
