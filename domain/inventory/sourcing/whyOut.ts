import type { SourcingRule } from './strategy';
import type { Candidate } from './types';

/** Why a location may not serve the order under this rule, whatever is on its shelves; null: it may. */
export function whyOut(
  candidate: Candidate,
  { exclude = {} }: SourcingRule,
  order: { channel: string; distanceKm: number | null },
): string | null {
  const { kinds = [], locations = [], beyondKm } = exclude;
  if (!candidate.active) return 'is not active';
  if (candidate.kind === 'in_transit') return 'is on the way, and nothing ships from there';
  if (candidate.channels !== null && !candidate.channels.includes(order.channel))
    return `does not serve the channel ${order.channel}`;
  if (candidate.capacityLeft !== null && candidate.capacityLeft <= 0) return 'takes no more orders today';
  if (kinds.includes(candidate.kind)) return `the rule excludes locations of kind ${candidate.kind}`;
  if (locations.includes(candidate.location)) return 'the rule excludes it';
  if (beyondKm === undefined) return null;
  if (order.distanceKm === null) return `its distance is not known, and the rule ends at ${beyondKm} km`;
  return order.distanceKm > beyondKm ? `is ${Math.round(order.distanceKm)} km away, beyond ${beyondKm}` : null;
}
