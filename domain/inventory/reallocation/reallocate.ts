import type { ReallocationClass, UnitsAtPlace } from './classes';

/** A line of an order that wants units, or has some that it may lose. Units are those of the line: of a kit, whole kits. */
export interface ReallocationDemand {
  orderId: string;
  lineId: string;
  class: ReallocationClass;
  /** Higher first; then who was promised an earlier day, then who asked earlier. */
  priority: number;
  /** What it was promised first, as `askedAt`; null comes last. */
  promisedAt: string | null;
  /** ISO 8601, in one form for all. */
  askedAt: string;
  /** All that the line wants, also what it has. */
  wanted: number;
  /** What is allocated and in no parcel that was begun, by location. */
  confirmed: readonly UnitsAtPlace[];
  /** What nobody can take any more: begun or shipped. */
  locked: number;
  /** What one unit takes from the shelf. */
  components: readonly { sku: string; quantity: number }[];
  /** Where it may get units from. */
  reach: readonly string[];
}

/** Units that nobody has, by location and SKU. */
export type FreeStock = readonly { location: string; sku: string; units: number }[];

export interface ReallocatedLine {
  orderId: string;
  lineId: string;
  had: number;
  gets: number;
  /** What it gives up, by location. */
  gives: UnitsAtPlace[];
}

/** Whom those that may gain take from, the first of them first: nobody, then more and more. */
const GIVERS: readonly [taker: ReallocationClass, givers: readonly ReallocationClass[]][] = [
  ['win', []],
  ['win', ['lose']],
  ['win', ['lose', 'fill']],
  ['keep', []],
  ['keep', ['lose']],
];

/**
 * Who has how many units after a re-allocation. First each `win`, then each `keep`, by priority, promise and the time at which it asked,
 * takes what is free where it may get units from, and what is missing there from those that its class may take from: from the
 * least of them first. `fill` and `lose` get nothing by it. Nothing is taken that nobody gets. The same demands in any order give
 * the same answer, and a second run over what the first one left changes nothing.
 */
export function reallocate(free: FreeStock, demands: readonly ReallocationDemand[]): ReallocatedLine[] {
  const ordered = [...demands].sort(byPrecedence);
  const pool = new Map<string, number>();
  for (const { location, sku, units } of free) add(pool, place(location, sku), Math.max(units, 0));
  const holders = ordered.map((demand) => ({
    demand,
    at: new Map(demand.confirmed.map(({ location, units }) => [location, units])),
    gains: 0,
  }));
  for (const [taker, from] of GIVERS) {
    const givers = from.flatMap((giver) => holders.filter(({ demand }) => demand.class === giver).reverse());
    for (const holder of holders.filter(({ demand }) => demand.class === taker)) {
      const { wanted, locked, reach } = holder.demand;
      for (const location of reach) {
        const missing = wanted - locked - sum(holder.at.values()) - holder.gains;
        if (missing <= 0) break;
        holder.gains += takeAt(location, missing, holder.demand, { pool, givers });
      }
    }
  }
  return holders.map(({ demand, at, gains }) => {
    const gives = demand.confirmed
      .map(({ location, units }) => ({ location, units: units - (at.get(location) ?? 0) }))
      .filter(({ units }) => units > 0);
    const { orderId, lineId } = demand;
    return {
      ...{ orderId, lineId, gives },
      had: sum(demand.confirmed.map(({ units }) => units)),
      gets: sum(at.values()) + gains,
    };
  });
}

interface Holder {
  demand: ReallocationDemand;
  at: Map<string, number>;
}

interface Source {
  pool: Map<string, number>;
  givers: readonly Holder[];
}

/** @returns how many of the units that are missing were taken: as many as free stock and givers there allow. */
function takeAt(location: string, missing: number, { components }: ReallocationDemand, source: Source): number {
  const { pool, givers } = source;
  const there = (sku: string) => pool.get(place(location, sku)) ?? 0;
  const most = components.map(({ sku, quantity }) => {
    const givable = sum(givers.map((giver) => (giver.at.get(location) ?? 0) * quantityOf(giver, sku)));
    return Math.floor((there(sku) + givable) / quantity);
  });
  const units = Math.max(0, Math.min(missing, ...most));
  if (units === 0) return 0;
  for (const { sku, quantity } of components)
    for (const giver of givers) {
      const lacking = units * quantity - there(sku);
      if (lacking <= 0) break;
      giveUp(giver, location, Math.ceil(lacking / (quantityOf(giver, sku) || Infinity)), pool);
    }
  for (const { sku, quantity } of components) add(pool, place(location, sku), -units * quantity);
  return units;
}

function giveUp(giver: Holder, location: string, asked: number, pool: Map<string, number>): void {
  const has = giver.at.get(location) ?? 0;
  const given = Math.min(has, asked);
  giver.at.set(location, has - given);
  for (const { sku, quantity } of giver.demand.components) add(pool, place(location, sku), given * quantity);
}

const quantityOf = ({ demand }: Holder, sku: string): number =>
  demand.components.find((component) => component.sku === sku)?.quantity ?? 0;

const place = (location: string, sku: string): string => `${location}\n${sku}`;

function add(pool: Map<string, number>, key: string, units: number): void {
  pool.set(key, (pool.get(key) ?? 0) + units);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

const byPrecedence = (a: ReallocationDemand, b: ReallocationDemand): number =>
  b.priority - a.priority ||
  Number(a.promisedAt === null) - Number(b.promisedAt === null) ||
  compare(a.promisedAt ?? '', b.promisedAt ?? '') ||
  compare(a.askedAt, b.askedAt) ||
  compare(a.lineId, b.lineId);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
