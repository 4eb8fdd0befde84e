import { firstExpiredFirst, type Lot } from '../stock/firstExpiredFirst';

/** A lot on a shelf; `units`: what of it is neither picked, damaged nor held back. */
export interface ShelfLot extends Lot {
  /** It has not the life left that the item asks for: it is no stock. */
  expired: boolean;
}

export interface LotUnits {
  lot: string;
  units: number;
}

export type ChosenLots = { lots: LotUnits[] } | { fault: string };

/**
 * Which lots a parcel gets: those that the picker names, else first expired first. Never an expired one.
 * `fault`: why it can't be, in words that follow the item's name.
 */
export function chooseLots(wanted: number, shelf: readonly ShelfLot[], named: readonly LotUnits[]): ChosenLots {
  if (named.length > 0) return checkNamed(wanted, shelf, named);
  const good = shelf.filter(({ expired }) => !expired);
  const lots = firstExpiredFirst(good, wanted);
  const found = sum(lots);
  if (found < wanted)
    return {
      fault: `has ${found} of the ${wanted} units in lots that have not expired: put more there, or cancel the order`,
    };
  return { lots: lots.map(({ lot, units }) => ({ lot, units })) };
}

/**
 * Of which lots units go that have left already: first expired first, and of expired ones only what the others have not. Less than
 * was asked for where there is less.
 */
export function lotsThatLeft(wanted: number, shelf: readonly ShelfLot[]): LotUnits[] {
  const good = firstExpiredFirst(
    shelf.filter(({ expired }) => !expired),
    wanted,
  );
  const old = firstExpiredFirst(
    shelf.filter(({ expired }) => expired),
    wanted - sum(good),
  );
  return [...good, ...old].map(({ lot, units }) => ({ lot, units }));
}

function checkNamed(wanted: number, shelf: readonly ShelfLot[], named: readonly LotUnits[]): ChosenLots {
  if (sum(named) !== wanted) return { fault: `has ${wanted} units in this parcel; the lots name ${sum(named)}` };
  const lots = [...new Set(named.map(({ lot }) => lot))].map((lot) => ({
    lot,
    units: sum(named.filter((one) => one.lot === lot)),
  }));
  for (const { lot, units } of lots) {
    const there = shelf.find((one) => one.lot === lot);
    if (there === undefined) return { fault: `has no unit of lot ${lot} that is free to be picked` };
    if (there.expired) return { fault: `has expired in lot ${lot}: pick another one` };
    if (there.units < units) return { fault: `has ${there.units} units of lot ${lot} that are free to be picked` };
  }
  return { lots };
}

const sum = (lots: readonly { units: number }[]): number => lots.reduce((total, { units }) => total + units, 0);
