export interface Lot {
  lot: string;
  /** ISO date; null: it does not expire. */
  expiresOn: string | null;
  /** Units of it that may leave. */
  units: number;
}

/**
 * Which units of which lots leave, the lot first that expires first; lots that don't expire come last, and of equal ones the one
 * that was given first. @returns less than was asked for where the lots have less.
 */
export function firstExpiredFirst<L extends Lot>(lots: readonly L[], wanted: number): L[] {
  const byExpiry = [...lots].sort((a, b) => compare(a.expiresOn, b.expiresOn));
  let left = wanted;
  return byExpiry.flatMap((lot) => {
    const units = Math.min(lot.units, left);
    left -= units;
    return units > 0 ? [{ ...lot, units }] : [];
  });
}

/** ISO dates sort as texts. */
function compare(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
