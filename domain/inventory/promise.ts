import { leavesAt, type CutOff } from './cutOff';

/** Instants are milliseconds since 1970, units whole numbers. */

/** What one location has of an item, and will have. */
export interface SupplyShelf {
  location: string;
  onHand: number;
  /** Of that, what is neither reserved, damaged nor on quality hold. */
  sellable: number;
  /** What stays there, whatever is asked: so many units, or such a share of what is on hand, whichever is more. */
  keptUnits: number;
  keptPercent: number;
  /** What is expected there. A day that has passed without it is none to count on: leave such out. */
  receipts: readonly { at: number; units: number }[];
  /** Until when it sends on the same day; null or left out: at any time. */
  cutOff?: CutOff | null;
}

/** Units that were promised before; null: due as soon as there are any. */
export interface EarlierDemand {
  at: number | null;
  units: number;
}

export interface ItemSupply {
  shelves: readonly SupplyShelf[];
  demands: readonly EarlierDemand[];
}

/** What one unit of a line takes: of an item one of itself, of a kit its components. */
export interface SupplyPart {
  supply: ItemSupply;
  quantity: number;
}

/** What a location can promise at a time, if all that is expected by then has come. */
export function freeAt(shelf: SupplyShelf, at: number): number {
  const received = shelf.receipts.reduce((sum, receipt) => sum + (receipt.at <= at ? receipt.units : 0), 0);
  const share = Math.ceil(((shelf.onHand + received) * shelf.keptPercent) / 100);
  return Math.max(shelf.sellable + received - Math.max(shelf.keptUnits, share), 0);
}

/**
 * Available to promise at a time: ATP(t) is the least that the running balance comes to at t or at any time after it, and never
 * below zero. The balance is what the locations can promise by then, less what was promised until then. Since a promise is of no
 * more than the lowest later balance, it never takes what an earlier promise counts on.
 */
export function availableToPromise({ shelves, demands }: ItemSupply, at: number): number {
  const balanceAt = (time: number): number =>
    shelves.reduce((sum, shelf) => sum + freeAt(shelf, time), 0) -
    demands.reduce((sum, demand) => sum + (demand.at === null || demand.at <= time ? demand.units : 0), 0);
  // Between two changes the balance stays as it is, and a receipt only raises it: it is lowest at t, or where units are due.
  const lows = demands.flatMap((demand) => (demand.at !== null && demand.at > at ? [balanceAt(demand.at)] : []));
  return Math.max(Math.min(balanceAt(at), ...lows), 0);
}

/** How many units of a line can be promised at a time. A kit comes whole from one location. */
export function unitsAt(parts: readonly SupplyPart[], at: number): number {
  const overall = parts.map(({ supply, quantity }) => Math.floor(availableToPromise(supply, at) / quantity));
  const atLocations = unitsByLocation(parts, at).reduce((sum, { units }) => sum + units, 0);
  return parts.length === 0 ? 0 : Math.min(atLocations, ...overall);
}

/** How many units of a line each location could give by itself, before anybody's claim. */
export function unitsByLocation(parts: readonly SupplyPart[], at: number): { location: string; units: number }[] {
  const [first] = parts;
  return (first?.supply.shelves ?? []).flatMap(({ location }) => {
    const units = Math.min(
      ...parts.map(({ supply, quantity }) => {
        const shelf = supply.shelves.find((one) => one.location === location);
        return shelf === undefined ? 0 : Math.floor(freeAt(shelf, at) / quantity);
      }),
    );
    return units > 0 ? [{ location, units }] : [];
  });
}

/**
 * The earliest time, from `now` on, at which so many units of a line can be promised and leave; null where none is known. What is there
 * after a location's cut-off leaves on the next day.
 */
export function findPromiseDate(parts: readonly SupplyPart[], quantity: number, now: number): number | null {
  const changes = parts.flatMap(({ supply: { shelves, demands } }) => [
    ...shelves.flatMap(({ receipts }) => receipts.map(({ at }) => at)),
    ...demands.flatMap(({ at }) => (at === null ? [] : [at])),
  ]);
  const times = [now, ...changes.filter((at) => at > now).sort((a, b) => a - b)];
  let earliest: number | null = null;
  for (const at of times) {
    if (earliest !== null && at >= earliest) break;
    if (unitsAt(parts, at) < quantity) continue;
    earliest = Math.min(earliest ?? Infinity, allLeaveAt(parts, quantity, at));
  }
  return earliest;
}

/** When the last of so many units that are there at a time can leave, from the locations that send them first. */
function allLeaveAt(parts: readonly SupplyPart[], quantity: number, at: number): number {
  const shelves = parts[0]?.supply.shelves ?? [];
  const leaving = unitsByLocation(parts, at)
    .map(({ location, units }) => {
      const cutOff = shelves.find((shelf) => shelf.location === location)?.cutOff ?? null;
      return { units, leaves: leavesAt(at, cutOff) };
    })
    .sort((a, b) => a.leaves - b.leaves);
  let left = quantity;
  return leaving.find(({ units }) => (left -= units) <= 0)?.leaves ?? at;
}

/**
 * A promise of what is not sold before certain times: not before the last of them, and from then on where nothing is known of when
 * it comes. `soldFrom`: null is sold already.
 */
export function notBeforeSale(found: number | null, soldFrom: readonly (number | null)[]): number | null {
  const from = lastOf(soldFrom);
  return from === -Infinity ? found : Math.max(from, found ?? from);
}

/** Of a question at `now` about what is not sold before certain times: from when on it is looked for. */
export const firstSale = (now: number, soldFrom: readonly (number | null)[]): number => Math.max(now, lastOf(soldFrom));

const lastOf = (times: readonly (number | null)[]): number => Math.max(...times.map((time) => time ?? -Infinity));
