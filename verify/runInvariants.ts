import type { Breach, Invariant, VerifyContext } from './invariant';

export interface InvariantResult {
  name: string;
  title: string;
  /** Open orders in which it is broken are stopped by the reconciler. */
  stopsOrder: boolean;
  state: 'holds' | 'broken' | 'unreadable' | 'skipped';
  checked: number;
  breaches: Breach[];
  /** Why it was skipped, or what could not be read. */
  reason: string | null;
  ms: number;
}

/** Checks one invariant after the other. One that can't be read does not keep the others from being checked. */
export async function runInvariants(
  context: VerifyContext,
  invariants: readonly Invariant[],
  onResult: (result: InvariantResult) => void = () => undefined,
): Promise<InvariantResult[]> {
  const results: InvariantResult[] = [];
  for (const invariant of invariants) {
    const result = await runOne(invariant, context);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function runOne(invariant: Invariant, context: VerifyContext): Promise<InvariantResult> {
  const begun = Date.now();
  const { name, title, stopsOrder } = invariant;
  const result = { name, title, stopsOrder, checked: 0, breaches: [], reason: null };
  const obstacle = invariant.findObstacle?.(context) ?? null;
  if (obstacle !== null) return { ...result, state: 'skipped', reason: obstacle, ms: 0 };
  try {
    const { checked, breaches } = await invariant.check(context);
    return { ...result, state: breaches.length > 0 ? 'broken' : 'holds', checked, breaches, ms: Date.now() - begun };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...result, state: 'unreadable', reason, ms: Date.now() - begun };
  }
}
