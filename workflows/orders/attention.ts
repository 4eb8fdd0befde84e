import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { rootCause } from '@temporalio/common';
import type { ResolveRequest } from '../../domain/orders/requests';
import type { OrderState, Plea } from './orderState';
import type { OrderSteps } from './orderSteps';

/**
 * What happens when a step can't succeed by itself: the order shows that it needs a person, stays open, and goes on as soon as
 * somebody has decided, or the step succeeds after all. Nothing is dropped.
 */
export function createAttention(state: OrderState, steps: OrderSteps) {
  const raise = async (what: string): Promise<void> =>
    CancellationScope.nonCancellable(async () => {
      // Even where it says the same as what an earlier run left: from here on a step waits with it.
      state.unclaimed = null;
      state.absorb(await steps.raiseAttention(what));
      state.publish();
    });

  const clear = async (by: { note: string; actor: string }): Promise<void> =>
    CancellationScope.nonCancellable(async () => {
      state.absorb(await steps.clearAttention(by));
      state.publish();
    });

  /** One matter at a time is shown and decided: that of another parcel waits until this one is. */
  let busy = false;
  const alone = async <T>(matter: () => Promise<T>): Promise<T> => {
    // Looked at again after the wait: several may wait, and all of them are woken at once.
    while (busy) await condition(() => !busy);
    busy = true;
    try {
      return await matter();
    } finally {
      busy = false;
    }
  };

  const pleas = new Map<ResolveRequest, Plea<ResolveRequest>>();

  /** Waits for a decision, or for `other` to become true. @returns null in the second case. */
  const awaitDecision = async (other: () => boolean = () => false): Promise<ResolveRequest | null> => {
    await condition(() => state.resolvePlea !== null || other());
    const plea = state.resolvePlea;
    if (plea === null) return null;
    pleas.set(plea.request, plea);
    state.resolvePlea = null;
    return plea.request;
  };

  /** The decision has been carried out: whoever made it gets the answer. */
  const decided = async (decision: ResolveRequest): Promise<void> => {
    await clear({ note: decision.note || decision.resolution, actor: decision.actor });
    const plea = pleas.get(decision);
    if (plea !== undefined) plea.answered = true;
  };

  /**
   * Runs a step of the way forward. Failures that may pass are retried by Temporal without end; one that can't pass (a carrier
   * that refuses the address) waits for a person, who lets it be tried again or cancels the order. Meanwhile the order may have
   * been held: before each further try it waits until it is clear.
   */
  const persevere = async <T>(
    what: string,
    run: () => Promise<T>,
    untilClear: () => Promise<void> = async () => undefined,
  ): Promise<T> => {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (isCancellation(error)) throw error;
        // A try that was called off may fail instead of ending as cancelled: nobody has to see to that.
        const scope = CancellationScope.current();
        if (scope.consideredCancelled) return scope.cancelRequested;
        await alone(async () => {
          await raise(`${what}: ${rootCause(error) ?? 'failed'}`);
          const decision = await awaitDecision();
          if (decision !== null) await decided(decision);
        });
        await untilClear();
      }
    }
  };

  /**
   * Runs an undo until it is done: retried without end, shown to a person when it takes longer than the order's policy allows,
   * who may have it tried again at once or say that it was settled by hand.
   */
  const settle = async <T>(
    what: string,
    run: () => Promise<T>,
    byHand: (decision: ResolveRequest) => Promise<T>,
  ): Promise<T> => {
    for (;;) {
      let done: { value: T } | undefined;
      let failure: unknown;
      const scope = new CancellationScope();
      const running = scope.run(run).then(
        (value) => void (done = { value }),
        (error: unknown) => void (failure = error ?? new Error('failed')),
      );
      const over = () => done !== undefined || failure !== undefined;
      await condition(over, state.input.policy.settleWithinMs, { summary: `${what}: becomes work for a person` });
      if (done !== undefined) return done.value;
      await raise(
        `${what}: ${failure === undefined ? 'has not succeeded yet, still trying' : (rootCause(failure) ?? 'failed')}`,
      );
      const decision = await awaitDecision(() => done !== undefined);
      if (decision === null) {
        await running;
        await clear({ note: 'it succeeded after all', actor: 'system' });
        if (done !== undefined) return (done as { value: T }).value;
        continue;
      }
      scope.cancel();
      await running;
      const value: T | undefined =
        (done as { value: T } | undefined)?.value ??
        (decision.resolution === 'settled' ? await byHand(decision) : undefined);
      await decided(decision);
      if (value !== undefined) return value;
    }
  };

  /** The story begins anew, and with it the step that waited for a person: nobody waits with what is shown any more. */
  const startAgain = async (): Promise<void> => {
    if (state.snapshot.attention === null || state.hasUnclaimedAttention) return;
    const decision = await awaitDecision(() => true);
    if (decision === null) await clear({ note: 'the step is tried again', actor: 'system' });
    else await decided(decision);
  };

  return { raise, clear, awaitDecision, decided, persevere, settle, startAgain };
}

export type Attention = ReturnType<typeof createAttention>;
