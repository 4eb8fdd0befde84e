import { createAssigner } from './assignUnits';
import { take, unitsThatFit, type Need } from './shelf';
import type { SourcingRule } from './strategy';
import {
  compareByPriority,
  compareWeights,
  weighLocation,
  weighPlan,
  type Eligible,
  type PlannedPart,
  type WeighedPlan,
} from './weigh';

/** Up to so many locations every set of them is looked at: 1023 sets. */
const MOST_EXACT = 10;
const MOST_SETS = 2 ** MOST_EXACT;

export interface Choice {
  /** Null: nothing can be served under the rule. */
  best: WeighedPlan | null;
  /** By location: the best plan that was found with it. */
  bestWith: ReadonlyMap<string, WeighedPlan>;
}

/**
 * The best set of locations under a rule: the one that serves most units; of those, the one that is better by the rule's criteria,
 * in their order. Within a set, units come from the better locations first. Exact for ten locations and fewer, and for more as far
 * as sets of one, two, three … are few enough to look at each; from there on a location is added at a time, the best one first.
 */
export function chooseLocations(eligible: readonly Eligible[], needs: readonly Need[], rule: SourcingRule): Choice {
  const asked = needs.reduce((sum, { units }) => sum + units, 0);
  const ranked = [...eligible].sort((a, b) => compareLocations(a, b, rule) || compareByPriority(a, b));
  const assign = createAssigner(needs, rule.shipComplete === 'line');
  const most = rule.shipComplete === 'order' ? 1 : Math.min(rule.maxShipments, ranked.length);
  let best: WeighedPlan | null = null;
  const bestWith = new Map<string, WeighedPlan>();

  const consider = (set: readonly Eligible[]): WeighedPlan | null => {
    const plan = planFrom(set, needs, assign(set.map(({ shelf }) => shelf)), rule);
    if (plan.served === 0 || (rule.shipComplete === 'order' && plan.served < asked)) return null;
    if (best === null || comparePlans(plan, best) < 0) best = plan;
    for (const { eligible: used } of plan.parts) {
      const { location } = used.candidate;
      const known = bestWith.get(location);
      if (known === undefined || comparePlans(plan, known) < 0) bestWith.set(location, plan);
    }
    return plan;
  };
  // More locations could not serve more then, and fewer are better.
  const ceiling = mostUnits(needs, ranked);
  const isDone = (): boolean => rule.criteria[0]?.by === 'shipments' && best?.served === ceiling;

  let sets = 0;
  let size = 1;
  for (; size <= most; size += 1) {
    sets += combinations(ranked.length, size);
    if (size > 1 && ranked.length > MOST_EXACT && sets > MOST_SETS) break;
    for (const set of setsOf(ranked, size)) consider(set);
    if (isDone()) return { best, bestWith };
  }
  for (; size <= most; size += 1) {
    const from: WeighedPlan | null = best;
    if (from === null) break;
    const used = (from as WeighedPlan).parts.map((part) => part.eligible);
    if (used.length < size - 1) break;
    for (const added of ranked) {
      if (!used.includes(added)) consider(ranked.filter((one) => one === added || used.includes(one)));
    }
    if (best === from || isDone()) break;
  }
  return { best, bestWith };
}

/** What all locations together could give, if no two demands wanted the same units: no plan serves more. */
export const mostUnits = (needs: readonly Need[], eligible: readonly Pick<Eligible, 'shelf'>[]): number =>
  needs.reduce((sum, need) => {
    const fits = eligible.reduce((all, { shelf }) => all + unitsThatFit(need, shelf, need.units), 0);
    return sum + Math.min(need.units, fits);
  }, 0);

function compareLocations(a: Eligible, b: Eligible, { criteria }: SourcingRule): number {
  for (const criterion of criteria) {
    const order = compareWeights(weighLocation(a, criterion), weighLocation(b, criterion));
    if (order !== 0) return order;
  }
  return 0;
}

/** Below zero where `a` is better. Never zero for plans from different sets, so that the same input has the same answer. */
function comparePlans(a: WeighedPlan, b: WeighedPlan): number {
  if (a.served !== b.served) return b.served - a.served;
  for (const [index, weights] of a.weights.entries()) {
    const order = compareWeights(weights, b.weights[index] ?? []);
    if (order !== 0) return order;
  }
  return a.parts.length - b.parts.length || compareSets(a, b);
}

function compareSets(a: WeighedPlan, b: WeighedPlan): number {
  const [mine, others] = [a, b].map(({ parts }) => parts.map(({ eligible }) => eligible).sort(compareByPriority));
  for (const [index, one] of (mine ?? []).entries()) {
    const other = others?.[index];
    const order = other === undefined ? 0 : compareByPriority(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function planFrom(
  set: readonly Eligible[],
  needs: readonly Need[],
  assignment: number[][],
  { criteria }: SourcingRule,
): WeighedPlan {
  const parts: PlannedPart[] = [];
  const watchesDepth = criteria.some(({ by }) => by === 'stock_depth');
  for (const [index, eligible] of set.entries()) {
    const units = assignment[index] ?? [];
    const total = units.reduce((sum, count) => sum + count, 0);
    if (total > 0) parts.push({ eligible, units, total, left: watchesDepth ? leftAfter(eligible, needs, units) : 0 });
  }
  const served = parts.reduce((sum, { total }) => sum + total, 0);
  return { parts, served, weights: criteria.map((criterion) => weighPlan(parts, criterion)) };
}

function leftAfter({ shelf }: Eligible, needs: readonly Need[], units: readonly number[]): number {
  const after = [...shelf];
  for (const [index, need] of needs.entries()) take(need, after, units[index] ?? 0);
  return after.reduce((least, left, sku) => (left === shelf[sku] ? least : Math.min(least, left)), Infinity);
}

function combinations(of: number, size: number): number {
  let count = 1;
  for (let index = 0; index < size; index += 1) count = (count * (of - index)) / (index + 1);
  return Math.round(count);
}

/** All sets of so many, each in the order of the list. */
function* setsOf<T>(list: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= list.length - size; index += 1)
    for (const rest of setsOf(list, size - 1, index + 1)) yield [list[index] as T, ...rest];
}
