import { searchSplit } from './searchSplit';
import { take, unitsThatFit, type Assignment, type Need, type NumberedNeed, type Shelf } from './shelf';

export type AssignUnits = (shelves: readonly Shelf[]) => Assignment;

/** Steps that one decision may search, in all its calls: what is found by then is taken. */
const MOST_STEPS = 200_000;

/**
 * Makes the function that spreads needs over shelves: as many units as can be had, and from earlier shelves first. With
 * `wholeNeeds`, a need is taken from one shelf as a whole or not at all. Needs that share no SKU are independent, and filling shelf
 * by shelf is the best for each. Those that share one compete, and a kit may take what two others could have had: there the split
 * is searched, which is exact within the steps that there are.
 */
export function createAssigner(needs: readonly Need[], wholeNeeds: boolean): AssignUnits {
  const groups = groupByShared(needs).map((group) => ({ group, isFillBest: isFillBest(group, wholeNeeds) }));
  const steps = { left: MOST_STEPS };
  return (shelves) => {
    const stock = shelves.map((shelf) => [...shelf]);
    const assignment = shelves.map(() => needs.map(() => 0));
    for (const { group, isFillBest } of groups) {
      if (fill(group, { stock, assignment, wholeNeeds }) || isFillBest) continue;
      const atLeast = assignment.map((row) => group.map(({ number }) => row[number] ?? 0));
      const best = searchSplit(group, { shelves, wholeNeeds, atLeast, steps });
      for (const [place, row] of assignment.entries())
        for (const [index, { number }] of group.entries()) row[number] = best[place]?.[index] ?? 0;
    }
    return assignment;
  };
}

/** Needs that share SKUs, directly or through others; those of most parts, which are the hardest to place, first. */
function groupByShared(needs: readonly Need[]): NumberedNeed[][] {
  let groups: { skus: Set<number>; needs: NumberedNeed[] }[] = [];
  for (const [number, need] of needs.entries()) {
    const joined = { skus: new Set(need.parts.map(({ sku }) => sku)), needs: [{ ...need, number }] };
    const apart: typeof groups = [];
    for (const group of groups) {
      if (!need.parts.some(({ sku }) => group.skus.has(sku))) {
        apart.push(group);
        continue;
      }
      for (const sku of group.skus) joined.skus.add(sku);
      joined.needs.unshift(...group.needs);
    }
    groups = [...apart, joined];
  }
  return groups.map((group) => group.needs.sort((a, b) => b.parts.length - a.parts.length || a.number - b.number));
}

/** Of one need, or of needs that are all of the same, none can stand in the way of a better one. */
function isFillBest(group: readonly NumberedNeed[], wholeNeeds: boolean): boolean {
  if (group.length === 1) return true;
  if (wholeNeeds) return false;
  const [first, ...others] = group.map(({ parts }) => JSON.stringify(parts));
  return others.every((parts) => parts === first);
}

interface Filling {
  /** What is still there; what is placed is taken off. */
  stock: number[][];
  assignment: Assignment;
  wholeNeeds: boolean;
}

/** Need by need, shelf by shelf. @returns whether all is placed. */
function fill(group: readonly NumberedNeed[], { stock, assignment, wholeNeeds }: Filling): boolean {
  let isComplete = true;
  for (const need of group) {
    let left = need.units;
    for (let place = 0; place < stock.length && left > 0; place += 1) {
      const [shelf, row] = [stock[place] ?? [], assignment[place] ?? []];
      const fits = unitsThatFit(need, shelf, left);
      if (fits === 0 || (wholeNeeds && fits < left)) continue;
      take(need, shelf, fits);
      row[need.number] = fits;
      left -= fits;
    }
    if (left > 0) isComplete = false;
  }
  return isComplete;
}
