import type { OrderDecision } from './decideOrder';
import type { Demand } from './demand';
import { stockPosition, type PositionParts } from './position';
import type { ReorderRulePolicy } from './schema';

/** All that a suggestion was made from. */
export interface Explanation {
  /** In a sentence or two. */
  summary: string;
  /** `forecast` counts what stands on drafts of purchase orders as coming; the rule is held against it. */
  stock: PositionParts & { position: number; drafted: number; forecast: number };
  rule: {
    id: string;
    policy: ReorderRulePolicy;
    multiple: number;
    minimumOrder: number;
    packSize: number;
    leadTimeDays: number;
    leadTimeSdDays: number;
    serviceLevel: number;
  };
  demand: Demand & { windowDays: number };
  decision: OrderDecision;
}

export function explain(given: {
  parts: PositionParts;
  drafted: number;
  rule: Explanation['rule'];
  demand: Explanation['demand'];
  decision: OrderDecision;
}): Explanation {
  const { parts, drafted, rule, demand, decision } = given;
  const position = stockPosition(parts);
  const stock = { ...parts, position, drafted, forecast: position + drafted };
  return { summary: summarise(stock.forecast, rule, demand, decision), stock, rule, demand, decision };
}

function summarise(
  forecast: number,
  { multiple, minimumOrder, packSize }: Explanation['rule'],
  { mean, days }: Explanation['demand'],
  { reorderAt, orderUpTo, orderQuantity, needed, quantity }: OrderDecision,
): string {
  const aim = orderUpTo === null ? `${orderQuantity ?? 0} at a time` : `up to ${orderUpTo}`;
  const sizes = `at least ${minimumOrder}, in multiples of ${multiple} and packs of ${packSize}`;
  const rounding = quantity === needed ? '' : ` ${needed} are needed; orders are ${sizes}.`;
  return (
    `${forecast} units are here or coming, less what is promised; the rule orders at ${reorderAt} or below, ${aim}: ${quantity}.` +
    `${rounding} Demand: ${round(mean)} a day over ${days} days.`
  );
}

const round = (figure: number): number => Math.round(figure * 100) / 100;
