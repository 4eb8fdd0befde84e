import { normalLoss, normalQuantile } from './normal';

/** Demand a day and how long an order takes, in days, each with its standard deviation. */
export interface Uncertainty {
  /** Units a day. */
  demand: number;
  demandSd: number;
  leadTime: number;
  leadTimeSd: number;
  /** Days between two reviews of the stock; 0 where each movement is one. */
  reviewPeriod?: number;
}

/** How much the demand deviates over the time that an order has to bridge: √(Lσ_d² + d²σ_L²), with L + R for a periodic review. */
export function leadTimeDeviation({ demand, demandSd, leadTime, leadTimeSd, reviewPeriod = 0 }: Uncertainty): number {
  return Math.sqrt((leadTime + reviewPeriod) * demandSd ** 2 + demand ** 2 * leadTimeSd ** 2);
}

/**
 * Units that cover what demand and lead time deviate by, in all but (1 - service level) of the cycles: z√(Lσ_d² + d²σ_L²).
 * The service level is that of cycles, not the share of units that are served: see `fillRate`. Never below 0.
 */
export const safetyStock = (uncertainty: Uncertainty, serviceLevel: number): number =>
  Math.max(normalQuantile(serviceLevel) * leadTimeDeviation(uncertainty), 0);

/** What must be there or on its way when an order is placed: d(L + R) and the safety stock. With R it is the level to order up to. */
export const reorderPoint = (uncertainty: Uncertainty, serviceLevel: number): number =>
  uncertainty.demand * (uncertainty.leadTime + (uncertainty.reviewPeriod ?? 0)) +
  safetyStock(uncertainty, serviceLevel);

/** The share of the units demanded that is served from the shelf, when orders of so many units are placed: 1 - σ_L·G(z) / Q. */
export function fillRate(uncertainty: Uncertainty, serviceLevel: number, orderQuantity: number): number {
  const unmet = leadTimeDeviation(uncertainty) * normalLoss(normalQuantile(serviceLevel));
  return Math.min(Math.max(1 - unmet / orderQuantity, 0), 1);
}
