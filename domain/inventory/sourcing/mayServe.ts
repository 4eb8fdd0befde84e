import type { SourcingStrategy } from './strategy';
import type { Candidate } from './types';
import { whyOut } from './whyOut';

/**
 * Whether a location might serve an order of the channel on some day: some rule lets it. How far the order goes, how large it is
 * and what a day has room for is not known yet. `country`: null is any.
 */
export function mayServe(
  candidate: Omit<Candidate, 'capacityLeft' | 'available'>,
  { strategy, channel, country }: { strategy: SourcingStrategy; channel: string; country: string | null },
): boolean {
  return strategy.rules.some((rule) => {
    const { countries } = rule.when ?? {};
    if (countries !== undefined && country !== null && !countries.includes(country)) return false;
    const { kinds, locations } = rule.exclude ?? {};
    const near = { ...rule, exclude: { kinds, locations } };
    return whyOut({ ...candidate, capacityLeft: null, available: {} }, near, { channel, distanceKm: null }) === null;
  });
}
