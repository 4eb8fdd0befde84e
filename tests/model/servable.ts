import {
  claimsOf,
  levelOf,
  PARTS,
  PLACES,
  SKUS,
  type Held,
  type Item,
  type Place,
  type Sku,
  type StockModel,
} from './stockModel';

/** What may be taken of each item at each place. */
export type Free = (sku: Sku, location: Place) => number;

/**
 * What somebody may take: what is neither promised, damaged, held back nor safety stock, less what those that wait before them claim,
 * which is kept back at the last place first. `before`: the order that asks, and has a claim itself. `own`: units of the asker's
 * cart, which are theirs whatever others claim.
 */
export function freeFor(model: StockModel, asker: { before?: string; own?: readonly Held[] } = {}): Free {
  const claims = claimsOf(model);
  const first = claims.findIndex(({ order }) => order === asker.before);
  const ahead = first === -1 ? claims : claims.slice(0, first);
  const free = new Map<string, number>();
  for (const sku of SKUS) {
    let claimed = ahead.reduce((sum, claim) => sum + (claim.sku === sku ? claim.units : 0), 0);
    for (const location of [...PLACES].reverse()) {
      const { onHand, reserved, damaged, qualityHold, safetyStock } = levelOf(model, sku, location);
      const own = (asker.own ?? []).reduce(
        (sum, held) => sum + (held.sku === sku && held.location === location ? held.units : 0),
        0,
      );
      const others = Math.max(onHand - reserved - damaged - qualityHold - safetyStock - own, 0);
      const kept = Math.min(others, claimed);
      claimed -= kept;
      free.set(`${sku}@${location}`, Math.max(onHand - reserved - damaged - qualityHold - safetyStock, own) - kept);
    }
  }
  return (sku, location) => Math.max(free.get(`${sku}@${location}`) ?? 0, 0);
}

/** Units of each item. */
export type Units = Partial<Record<Item, number>>;
export const sumUnits = (lines: readonly { item: Item; units: number }[]): Units => {
  const sums: Units = {};
  for (const { item, units } of lines) if (units > 0) sums[item] = (sums[item] ?? 0) + units;
  return sums;
};

/**
 * All ways to serve as many units as can be, by item. A kit comes whole from one place; single units come from anywhere, so that
 * of them only the sums count: the ways differ in how many kits are served.
 */
export function bestWays(wanted: Units, free: Free): Units[] {
  const parts = Object.entries(PARTS.K) as [Sku, number][];
  const kitsAt = (location: Place) =>
    Math.min(...parts.map(([sku, quantity]) => Math.floor(free(sku, location) / quantity)));
  const mostKits = Math.min(
    wanted.K ?? 0,
    PLACES.reduce((sum, location) => sum + kitsAt(location), 0),
  );
  const ways = Array.from({ length: mostKits + 1 }, (_, kits) => {
    const way: Units = kits > 0 ? { K: kits } : {};
    for (const sku of SKUS) {
      const there = PLACES.reduce((sum, location) => sum + free(sku, location), 0) - kits * (PARTS.K[sku] ?? 0);
      const units = Math.min(wanted[sku] ?? 0, there);
      if (units > 0) way[sku] = units;
    }
    return way;
  });
  const most = Math.max(...ways.map(countUnits));
  return ways.filter((way) => countUnits(way) === most);
}

const countUnits = (units: Units): number => Object.values(units).reduce((sum, count) => sum + count, 0);
export const sameUnits = (a: Units, b: Units): boolean =>
  (['A', 'B', 'C', 'K'] as const).every((item) => (a[item] ?? 0) === (b[item] ?? 0));
/** Items of which less is served than is wanted. */
export const shortOf = (wanted: Units, way: Units): Item[] =>
  (Object.keys(wanted) as Item[]).filter((item) => (way[item] ?? 0) < (wanted[item] ?? 0));
