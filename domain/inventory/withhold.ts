import type { Candidate } from './sourcing/types';

/** A candidate with what is on its shelves, before it is decided how much of that may be promised. */
export interface StockedCandidate extends Omit<Candidate, 'available'> {
  /** By SKU: what is neither reserved, damaged nor on quality hold, and how much of that stays there whatever is asked. */
  stock: Readonly<Record<string, { sellable: number; kept: number }>>;
}

/** By location and SKU: units that must be left there. */
export type Kept = (location: string, sku: string) => number;

/** Units that the asker holds already: those of the cart that an order is made from. */
export interface OwnUnits {
  sku: string;
  location: string;
  units: number;
}

/**
 * What each candidate can promise: what it can sell, less its safety stock or the channel's buffer, less what orders that wait
 * already have a claim to. Such claims are to a SKU and not to a place: they are taken from the places that would be asked last. Own units are the asker's,
 * whatever others have a claim to and whatever is to stay.
 */
export function withhold(
  candidates: readonly StockedCandidate[],
  claims: Readonly<Record<string, number>>,
  own: readonly OwnUnits[] = [],
): { candidates: Candidate[]; kept: Kept } {
  const left = new Map(Object.entries(claims));
  const ownAt = new Map(own.map(({ sku, location, units }) => [`${location}\n${sku}`, units]));
  const keptAt = new Map<string, number>();
  const lastFirst = [...candidates].sort((a, b) => b.priority - a.priority || (a.location < b.location ? 1 : -1));
  const availableAt = new Map<string, Record<string, number>>();
  for (const { location, stock } of lastFirst) {
    const available: Record<string, number> = {};
    for (const [sku, { sellable, kept }] of Object.entries(stock)) {
      const mine = ownAt.get(`${location}\n${sku}`) ?? 0;
      const free = Math.max(sellable - kept, mine);
      const claimed = Math.min(free - mine, left.get(sku) ?? 0);
      left.set(sku, (left.get(sku) ?? 0) - claimed);
      keptAt.set(`${location}\n${sku}`, kept + claimed);
      available[sku] = free - claimed;
    }
    availableAt.set(location, available);
  }
  return {
    candidates: candidates.map(({ stock: _stock, ...candidate }) => ({
      ...candidate,
      available: availableAt.get(candidate.location) ?? {},
    })),
    kept: (location, sku) => keptAt.get(`${location}\n${sku}`) ?? 0,
  };
}
