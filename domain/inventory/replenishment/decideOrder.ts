import { policyByInventoryLevel, policyByLossFunction } from './continuousReview';
import type { Demand } from './demand';
import { economicOrder } from './economicOrder';
import { sizeOrder, type OrderSizes } from './orderSize';
import { fillRate, reorderPoint, safetyStock, type Uncertainty } from './safetyStock';
import type { ReorderRulePolicy } from './schema';

const DAYS_A_YEAR = 365;

export interface OrderQuestion {
  policy: ReorderRulePolicy;
  /** What can serve demand to come, with what is on its way and on drafts. */
  position: number;
  demand: Pick<Demand, 'mean' | 'sd'>;
  leadTimeDays: number;
  leadTimeSdDays: number;
  /** Of cycles, between 0 and 1. */
  serviceLevel: number;
  sizes: OrderSizes;
}

/** What the policy comes to with today's demand. null: the policy has no such figure. */
export interface Levels {
  /** An order is due at this position, or below it. */
  reorderAt: number;
  /** … and gets the position here; null where it is of a fixed quantity. */
  orderUpTo: number | null;
  orderQuantity: number | null;
  safetyStock: number | null;
  /** Of units, expected with that safety stock and order quantity. */
  fillRate: number | null;
  /** The most that is meant to be there and on its way, before an order is rounded up. */
  maxUnits: number;
}

export interface OrderDecision extends Levels {
  /** Before minimum, multiple and packs. */
  needed: number;
  /** What to order; 0 for nothing. */
  quantity: number;
}

/** How much is to be ordered now. Levels are whole units: a computed one is rounded up. */
export function decideOrder(question: OrderQuestion): OrderDecision {
  const { position, sizes } = question;
  const levels = computeLevels(question);
  const needed = position > levels.reorderAt ? 0 : neededAt(position, levels);
  return { ...levels, needed, quantity: sizeOrder(needed, sizes) };
}

function neededAt(position: number, { reorderAt, orderUpTo, orderQuantity }: Levels): number {
  if (orderUpTo !== null) return Math.max(orderUpTo - position, 0);
  // As many whole quantities as bring the position above the point: one, unless it has fallen by more than that.
  const quantity = orderQuantity ?? 1;
  return (Math.floor((reorderAt - position) / quantity) + 1) * quantity;
}

function computeLevels(question: OrderQuestion): Levels {
  const { policy, demand } = question;
  switch (policy.type) {
    case 'min_max':
      return upTo(policy.min, policy.max);
    case 'days_of_cover':
      return upTo(wholeUnits(demand.mean * policy.minDays), wholeUnits(demand.mean * policy.maxDays));
    case 'periodic': {
      const uncertainty = { ...uncertaintyOf(question), reviewPeriod: policy.reviewDays };
      const target = policy.orderUpTo ?? wholeUnits(reorderPoint(uncertainty, question.serviceLevel));
      const safety = policy.orderUpTo === undefined ? safetyStock(uncertainty, question.serviceLevel) : null;
      return { ...upTo(target, target), safetyStock: safety };
    }
    case 'reorder_point':
      return policy.shortageCost === undefined ? byServiceLevel(question, policy) : byCost(question, policy);
  }
}

type PointPolicy = Extract<ReorderRulePolicy, { type: 'reorder_point' }>;

function byServiceLevel(question: OrderQuestion, policy: PointPolicy): Levels {
  const { demand, serviceLevel } = question;
  const uncertainty = uncertaintyOf(question);
  const orderQuantity =
    policy.orderQuantity ??
    wholeUnits(economicOrder({ ...costsOf(policy), demand: demand.mean * DAYS_A_YEAR }).quantity, 1);
  const isComputed = policy.reorderPoint === undefined;
  const reorderAt = policy.reorderPoint ?? wholeUnits(reorderPoint(uncertainty, serviceLevel));
  return {
    ...{ reorderAt, orderUpTo: null, orderQuantity },
    safetyStock: isComputed ? safetyStock(uncertainty, serviceLevel) : null,
    fillRate: isComputed ? fillRate(uncertainty, serviceLevel, orderQuantity) : null,
    maxUnits: reorderAt + orderQuantity,
  };
}

/** The lead time's own deviation is taken as deviation of the demand during it. */
function byCost(question: OrderQuestion, policy: PointPolicy): Levels {
  const { demand, leadTimeDays, leadTimeSdDays } = question;
  const demandSd = Math.sqrt(
    demand.sd ** 2 + (leadTimeDays > 0 ? (demand.mean * leadTimeSdDays) ** 2 / leadTimeDays : 0),
  );
  const decide = policy.shortageCostPer === 'unit' ? policyByInventoryLevel : policyByLossFunction;
  const found = decide({
    ...costsOf(policy),
    shortageCost: policy.shortageCost ?? 0,
    demand: demand.mean * DAYS_A_YEAR,
    demandSd: demandSd * Math.sqrt(DAYS_A_YEAR),
    leadTime: leadTimeDays / DAYS_A_YEAR,
  });
  const reorderAt = wholeUnits(found.reorderPoint);
  const orderQuantity = wholeUnits(found.orderQuantity, 1);
  const maxUnits = reorderAt + orderQuantity;
  return { reorderAt, orderUpTo: null, orderQuantity, safetyStock: null, fillRate: null, maxUnits };
}

const upTo = (reorderAt: number, orderUpTo: number): Levels => ({
  ...{ reorderAt, orderUpTo, orderQuantity: null, safetyStock: null, fillRate: null },
  maxUnits: orderUpTo,
});

const costsOf = ({ orderCost = 0, holdingCost = 1 }: PointPolicy) => ({ orderCost, holdingCost });

const uncertaintyOf = ({ demand, leadTimeDays, leadTimeSdDays }: OrderQuestion): Uncertainty => ({
  demand: demand.mean,
  demandSd: demand.sd,
  leadTime: leadTimeDays,
  leadTimeSd: leadTimeSdDays,
});

const ROUNDING = 1e-9;
/** Upwards; what a computation adds to a whole number by its own imprecision is not a unit. */
const wholeUnits = (units: number, least = 0): number => Math.max(Math.ceil(units - ROUNDING), least);
