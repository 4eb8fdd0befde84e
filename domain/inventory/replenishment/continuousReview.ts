import { economicOrder } from './economicOrder';
import { newsvendor } from './newsvendor';
import { normalLoss, normalQuantile, secondNormalLoss } from './normal';

/** All for the same length of time, such as a year, of which the lead time is a part. */
export interface ContinuousReview {
  orderCost: number;
  holdingCost: number;
  /** Of a unit that is missing, for as long as it is, where nothing else is said. */
  shortageCost: number;
  demand: number;
  demandSd: number;
  leadTime: number;
}

/** Order Q units whenever what is there and on its way falls to r. */
export interface ReorderPolicy {
  reorderPoint: number;
  orderQuantity: number;
}

/** Q is the EOQ, r what a newsvendor would have for the lead time. */
export function policyByEoqAndSafetyStock(review: ContinuousReview): ReorderPolicy {
  const { shortageCost, holdingCost } = review;
  const lead = demandOverLeadTime(review);
  return {
    reorderPoint: newsvendor({ ...lead, overageCost: holdingCost, underageCost: shortageCost }).quantity,
    orderQuantity: economicOrder(review).quantity,
  };
}

const ROUNDS = 200;
const PRECISION = 1e-12;

/**
 * r and Q together: n(r) = hQ / (h + p) and Q = √(2(Kλ + (h + p)n₂(r)) / h), with n and n₂ the first and second loss function
 * of the demand over the lead time. Source: Snyder and Shen, Fundamentals of Supply Chain Theory, section 5.3.
 */
export function policyByLossFunction(review: ContinuousReview): ReorderPolicy {
  const { orderCost, holdingCost, shortageCost, demand } = review;
  const { mean, sd } = demandOverLeadTime(review);
  let orderQuantity = economicOrder(review).quantity;
  let z = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    z = sd > 0 ? inverseLoss((holdingCost * orderQuantity) / (holdingCost + shortageCost) / sd) : 0;
    const waiting = (holdingCost + shortageCost) * sd ** 2 * secondNormalLoss(z);
    const next = Math.sqrt((2 * (orderCost * demand + waiting)) / holdingCost);
    const isThere = Math.abs(next - orderQuantity) <= PRECISION * next;
    orderQuantity = next;
    if (isThere) break;
  }
  return { reorderPoint: mean + z * sd, orderQuantity };
}

/**
 * r and Q together, where a unit that is missing costs once, however long it is: Q = √(2λ(K + p n(r)) / h) and r with a probability of
 * Qh / pλ that the demand over the lead time exceeds it. The expected-inventory-level approximation: Snyder and Shen, section 5.2.
 * `shortageCost` is that of one unit. @returns also the cost a time; r is none, and the cost null, where
 * keeping stock costs more than any shortage.
 */
export function policyByInventoryLevel(review: ContinuousReview): ReorderPolicy & { cost: number | null } {
  const { orderCost, holdingCost, shortageCost, demand } = review;
  const { mean, sd } = demandOverLeadTime(review);
  let orderQuantity = economicOrder(review).quantity;
  let reorderPoint = mean;
  let missing = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const exceeded = (orderQuantity * holdingCost) / (shortageCost * demand);
    if (!(exceeded < 1)) return { reorderPoint: 0, orderQuantity, cost: null };
    const z = sd > 0 ? normalQuantile(1 - exceeded) : 0;
    reorderPoint = mean + z * sd;
    missing = sd > 0 ? sd * normalLoss(z) : 0;
    const next = Math.sqrt((2 * demand * (orderCost + shortageCost * missing)) / holdingCost);
    const isThere = Math.abs(next - orderQuantity) <= PRECISION * next;
    orderQuantity = next;
    if (isThere) break;
  }
  const cycles = demand / orderQuantity;
  const cost =
    holdingCost * (reorderPoint - mean + orderQuantity / 2) + orderCost * cycles + shortageCost * missing * cycles;
  return { reorderPoint, orderQuantity, cost };
}

const demandOverLeadTime = ({ demand, demandSd, leadTime }: ContinuousReview): { mean: number; sd: number } => ({
  mean: demand * leadTime,
  sd: demandSd * Math.sqrt(leadTime),
});

const HALVINGS = 100;

/** The z whose loss it is. The loss falls with z; far below 0 it is -z. */
function inverseLoss(loss: number): number {
  let low = -loss - 1;
  let high = 40;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (normalLoss(middle) > loss) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
