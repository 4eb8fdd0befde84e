import { planSourcing } from '../sourcing/planSourcing';
import type { SourcingStrategy } from '../sourcing/strategy';
import type { Candidate, Demand, Destination } from '../sourcing/types';
import { withhold } from '../withhold';
import type { ReallocationClass, UnitsAtPlace } from './classes';
import { withinShipments } from './withinShipments';

/** A line of an order that wants units, or has some that it may lose. Units are those of the line: of a kit, whole kits. */
export interface ReallocationDemand {
  orderId: string;
  lineId: string;
  sku: string;
  /** All lines of an order are of one class. */
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
  components: Demand['components'];
}

/** What an allocation goes by for an order that may gain. */
export interface Gainer {
  channel: string;
  destination: Destination;
  strategy: SourcingStrategy;
  /** What stays at a location whatever the order asks: its safety stock, or the buffer of the order's channel. */
  kept: (location: string, sku: string) => number;
}

/** A location with what nobody has of each item there, before anything is kept back. */
export interface ReallocationPlace extends Omit<Candidate, 'available'> {
  sellable: Readonly<Record<string, number>>;
}

export interface ReallocationQuestion {
  places: readonly ReallocationPlace[];
  demands: readonly ReallocationDemand[];
  /** By order: those of class `win` and `keep`. */
  gainers: ReadonlyMap<string, Gainer>;
}

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
 * Who has how many units after a re-allocation. First each `win` order, then each `keep`, by priority, promise and the time at which
 * it asked, takes what is free, and what it still lacks then from those that its class may take from: from the least of them first.
 * It takes what an allocation would give it: by its channel's strategy and buffers, within a day's capacity, and after what others
 * before it wait for. `fill` and `lose` get nothing by it. The same demands in any order give
 * the same answer.
 */
export function reallocate({ places, demands, gainers }: ReallocationQuestion): ReallocatedLine[] {
  const holders = [...demands].sort(byPrecedence).map((demand): Holder => ({
    demand,
    at: new Map(demand.confirmed.map(({ location, units }) => [location, units])),
    gains: 0,
    from: new Set(),
  }));
  const shelves = places.map((place) => ({ ...place, sellable: { ...place.sellable } }));
  const ofClass = (name: ReallocationClass) => holders.filter(({ demand }) => demand.class === name);
  for (const [taker, from] of GIVERS) {
    const givers = from.flatMap((giver) => ofClass(giver).reverse());
    const ahead = new Map<string, number>();
    if (taker === 'keep') for (const holder of ofClass('win')) claim(holder, ahead);
    for (const lines of ordersOf(ofClass(taker))) {
      const gainer = gainers.get(lines[0]?.demand.orderId ?? '');
      if (gainer !== undefined) gain(lines, gainer, { shelves, ahead, givers });
      for (const holder of lines) claim(holder, ahead);
    }
  }
  return holders.map(toLine);
}

interface Holder {
  demand: ReallocationDemand;
  at: Map<string, number>;
  gains: number;
  /** Where it gains them. */
  from: Set<string>;
}

interface Shelf extends Omit<ReallocationPlace, 'sellable'> {
  sellable: Record<string, number>;
}

interface Source {
  shelves: Shelf[];
  /** Units, by SKU, that orders before it wait for. */
  ahead: ReadonlyMap<string, number>;
  givers: readonly Holder[];
}

/** Lines by their orders, in the order of the first line of each. */
function ordersOf(holders: readonly Holder[]): Holder[][] {
  const orders = new Map<string, Holder[]>();
  for (const holder of holders) {
    const lines = orders.get(holder.demand.orderId) ?? [];
    if (lines.push(holder) === 1) orders.set(holder.demand.orderId, lines);
  }
  return [...orders.values()];
}

/** One allocation of what the order lacks, from what is there and what may be taken. */
function gain(lines: readonly Holder[], gainer: Gainer, { shelves, ahead, givers }: Source): void {
  const demands = lines.flatMap((holder): Demand[] => {
    const { lineId, sku, components } = holder.demand;
    return missing(holder) > 0 ? [{ lineId, sku, units: missing(holder), components }] : [];
  });
  const skus = [...new Set(demands.flatMap(({ components }) => components.map(({ sku }) => sku)))];
  const stocked = shelves.filter(({ sellable }) => skus.some((sku) => sellable[sku] !== undefined));
  const claims = Object.fromEntries(skus.map((sku) => [sku, ahead.get(sku) ?? 0]));
  const { candidates, kept } = withhold(
    stocked.map(({ sellable, ...place }) => ({
      ...place,
      stock: Object.fromEntries(
        skus.map((sku) => [sku, { sellable: sellable[sku] ?? 0, kept: gainer.kept(place.location, sku) }]),
      ),
    })),
    claims,
  );
  /**
   * What is given up goes first to what has to stay there, and to those before it: their claims are kept back at the last place first.
   * So it gains from others where both are satisfied by what is free.
   */
  const givable = (shelf: Shelf, sku: string): number => {
    const spare = (one: Shelf) => (one.sellable[sku] ?? 0) - gainer.kept(one.location, sku);
    const fromHere = stocked.filter((one) => compareBySource(one, shelf) >= 0);
    const isCovered = sum(fromHere.map((one) => Math.max(spare(one), 0))) >= (claims[sku] ?? 0);
    if (!isCovered || spare(shelf) < 0) return 0;
    return sum(givers.map((giver) => (giver.at.get(shelf.location) ?? 0) * quantityOf(giver, sku)));
  };
  const open = candidates.map((candidate, index) => ({
    ...candidate,
    available: Object.fromEntries(
      skus.map((sku) => [sku, (candidate.available[sku] ?? 0) + givable(stocked[index] as Shelf, sku)]),
    ),
  }));
  if (open.every(({ available }) => Object.values(available).every((units) => units === 0))) return;
  const { channel, destination } = gainer;
  const made = new Set(lines.flatMap(({ from }) => [...from]));
  const strategy = withinShipments(
    gainer.strategy,
    made,
    stocked.map(({ location }) => location),
  );
  for (const fulfilment of planSourcing({ demands, candidates: open, channel, destination, strategy }).fulfilments) {
    const shelf = stocked.find(({ location }) => location === fulfilment.location);
    if (shelf === undefined) continue;
    if (shelf.capacityLeft !== null) shelf.capacityLeft -= 1;
    takeAt(shelf, fulfilment.lines, { lines, givers, kept });
  }
}

function takeAt(
  { location, sellable }: Shelf,
  taken: readonly { lineId: string; units: number }[],
  { lines, givers, kept }: Pick<Source, 'givers'> & { lines: readonly Holder[]; kept: Gainer['kept'] },
): void {
  const wanted = new Map<string, number>();
  for (const holder of lines) {
    const units = taken.find(({ lineId }) => lineId === holder.demand.lineId)?.units ?? 0;
    holder.gains += units;
    if (units > 0) holder.from.add(location);
    for (const { sku, quantity } of holder.demand.components) add(wanted, sku, units * quantity);
  }
  for (const [sku, units] of wanted)
    for (const giver of givers) {
      const lacking = units === 0 ? 0 : units + kept(location, sku) - (sellable[sku] ?? 0);
      if (lacking <= 0) break;
      const given = Math.min(giver.at.get(location) ?? 0, Math.ceil(lacking / (quantityOf(giver, sku) || Infinity)));
      giver.at.set(location, (giver.at.get(location) ?? 0) - given);
      for (const part of giver.demand.components)
        sellable[part.sku] = (sellable[part.sku] ?? 0) + given * part.quantity;
    }
  for (const [sku, units] of wanted) sellable[sku] = (sellable[sku] ?? 0) - units;
}

const missing = ({ demand, at, gains }: Holder): number => demand.wanted - demand.locked - sum(at.values()) - gains;

function claim(holder: Holder, ahead: Map<string, number>): void {
  for (const { sku, quantity } of holder.demand.components) add(ahead, sku, Math.max(missing(holder), 0) * quantity);
}

function toLine({ demand, at, gains }: Holder): ReallocatedLine {
  const { orderId, lineId, confirmed } = demand;
  const gives = confirmed
    .map(({ location, units }) => ({ location, units: units - (at.get(location) ?? 0) }))
    .filter(({ units }) => units > 0);
  return {
    ...{ orderId, lineId, gives },
    had: sum(confirmed.map(({ units }) => units)),
    gets: sum(at.values()) + gains,
  };
}

const quantityOf = ({ demand }: Holder, sku: string): number =>
  demand.components.find((component) => component.sku === sku)?.quantity ?? 0;

function add(units: Map<string, number>, key: string, more: number): void {
  units.set(key, (units.get(key) ?? 0) + more);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

const byPrecedence = (a: ReallocationDemand, b: ReallocationDemand): number =>
  b.priority - a.priority ||
  Number(a.promisedAt === null) - Number(b.promisedAt === null) ||
  compare(a.promisedAt ?? '', b.promisedAt ?? '') ||
  compare(a.askedAt, b.askedAt) ||
  compare(a.lineId, b.lineId);

/** As `withhold` has it. */
const compareBySource = (a: Shelf, b: Shelf): number => a.priority - b.priority || compare(a.location, b.location);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
