import type { UnitsAtPlace } from './classes';

/** Units of a line that are in a parcel that was not begun. */
export interface OpenUnits extends UnitsAtPlace {
  number: number;
}

export interface GivingQuestion {
  /** What the line is asked to give up. */
  takes: readonly UnitsAtPlace[];
  open: readonly OpenUnits[];
  /** What one unit of the line takes from the shelf. */
  components: readonly { sku: string; quantity: number }[];
  /** Units, by SKU, that those wait for who may take from the line. */
  claims: Readonly<Record<string, number>>;
  /** How many of those units can be had there already, see `countServed`. */
  free: (location: string, sku: string) => number;
}

/**
 * How many of the units that some wait for can be had from a shelf. `kept`: what has to stay there of the units that nobody has, for
 * those that ask. Those for whom most has to stay are the first that can't be served.
 */
export function countServed(claims: readonly { units: number; kept: number }[], sellable: number): number {
  let [wanted, needed] = [0, 0];
  for (const { units, kept } of [...claims].sort((a, b) => b.kept - a.kept)) {
    wanted += units;
    needed = Math.max(needed, kept + wanted);
  }
  return Math.max(0, wanted - Math.max(0, needed - sellable));
}

/**
 * What a line gives up of which parcels: no more than it was asked for, has, and than others still want that is not free there by
 * now. A request that comes late, or beside another one, so takes nothing that nobody gets. The newest parcels give first.
 */
export function planGiving({ takes, open, components, claims, free }: GivingQuestion): OpenUnits[] {
  const wanted = new Map(Object.entries(claims));
  const left = new Map(open.map(({ number, units }) => [number, units]));
  const newestFirst = [...open].sort((a, b) => b.number - a.number);
  for (const { location, units: asked } of takes) {
    const lacking = components.map(({ sku, quantity }) =>
      Math.ceil(Math.max(0, (wanted.get(sku) ?? 0) - Math.max(0, free(location, sku))) / quantity),
    );
    let missing = Math.min(asked, Math.max(...lacking));
    for (const { number } of newestFirst.filter((one) => one.location === location)) {
      const given = Math.max(0, Math.min(missing, left.get(number) ?? 0));
      missing -= given;
      left.set(number, (left.get(number) ?? 0) - given);
      for (const { sku, quantity } of components) wanted.set(sku, (wanted.get(sku) ?? 0) - given * quantity);
    }
  }
  return open
    .map(({ number, location, units }) => ({ number, location, units: units - (left.get(number) ?? 0) }))
    .filter(({ units }) => units > 0);
}
