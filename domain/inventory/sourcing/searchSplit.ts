import { take, unitsThatFit, type Assignment, type NumberedNeed, type Shelf } from './shelf';

interface Search {
  shelves: readonly Shelf[];
  wholeNeeds: boolean;
  /** What is known to be possible: the answer serves no less. */
  atLeast: Assignment;
  /** Counted down; at zero the best so far is the answer. */
  steps: { left: number };
}

const sum = (assignment: Assignment): number => assignment.flat().reduce((total, units) => total + units, 0);

/**
 * The split of competing needs over shelves that serves most units, by depth-first branch and bound: need by need and shelf by
 * shelf, most units first. A branch ends where even all that is left to place could not beat the best so far.
 */
export function searchSplit(
  group: readonly NumberedNeed[],
  { shelves, wholeNeeds, atLeast, steps }: Search,
): Assignment {
  const stock = shelves.map((shelf) => [...shelf]);
  const units = shelves.map(() => group.map(() => 0));
  let best = { served: sum(atLeast), units: atLeast };
  // What can be served of a need by itself bounds what can be served of it beside others.
  const caps = group.map((need) => {
    const fits = shelves.map((shelf) => unitsThatFit(need, shelf, need.units));
    if (wholeNeeds) return fits.includes(need.units) ? need.units : 0;
    return Math.min(
      fits.reduce((total, units) => total + units, 0),
      need.units,
    );
  });
  const capsFrom = group.map((_, index) => caps.slice(index).reduce((total, cap) => total + cap, 0));
  const ceiling = capsFrom[0] ?? 0;

  const place = (index: number, shelf: number, left: number, served: number): void => {
    const need = group[index];
    if (need === undefined) {
      if (served > best.served) best = { served, units: units.map((row) => [...row]) };
      return;
    }
    if (best.served >= ceiling || (steps.left -= 1) < 0) return;
    if (served + Math.min(left, caps[index] ?? 0) + (capsFrom[index + 1] ?? 0) <= best.served) return;
    const row = units[shelf];
    const items = stock[shelf];
    if (left === 0 || row === undefined || items === undefined) {
      place(index + 1, 0, group[index + 1]?.units ?? 0, served);
      return;
    }
    const most = unitsThatFit(need, items, left);
    for (const count of choices(most, left, wholeNeeds)) {
      take(need, items, count);
      row[index] = count;
      place(index, shelf + 1, left - count, served + count);
      row[index] = 0;
      take(need, items, -count);
    }
  };
  place(0, 0, group[0]?.units ?? 0, 0);
  return best.units;
}

function* choices(most: number, left: number, wholeNeeds: boolean): Generator<number> {
  if (wholeNeeds) {
    if (most === left) yield left;
    yield 0;
    return;
  }
  for (let count = most; count >= 0; count -= 1) yield count;
}
