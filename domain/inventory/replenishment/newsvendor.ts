import { normalDensity, normalQuantile } from './normal';

/** Demand of a single season, normal, with what a unit costs that is left over, and one that was missing. */
export interface Season {
  mean: number;
  sd: number;
  overageCost: number;
  underageCost: number;
}

/** What to have at the start of a season that can't be bought for twice: μ + σΦ⁻¹(p / (p + h)), at a cost of (h + p)σφ(z). */
export function newsvendor({ mean, sd, overageCost, underageCost }: Season): { quantity: number; cost: number } {
  const z = normalQuantile(underageCost / (underageCost + overageCost));
  return { quantity: mean + sd * z, cost: (overageCost + underageCost) * sd * normalDensity(z) };
}
