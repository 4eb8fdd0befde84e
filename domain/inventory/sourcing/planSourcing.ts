import { chooseLocations, mostUnits } from './chooseLocations';
import { distanceKm } from './distanceKm';
import { explainLocations } from './explainLocations';
import type { Need } from './shelf';
import type {
  PlannedFulfilment,
  RuleOutcome,
  Shortage,
  SourcingExplanation,
  SourcingInput,
  SourcingPlan,
} from './plan';
import type { SourcingRule } from './strategy';
import type { Demand } from './types';
import { whyNotForOrder } from './whyNotForOrder';
import { whyOut } from './whyOut';
import type { Eligible, WeighedPlan } from './weigh';

/**
 * Decides which units of which line come from where. Of the rules that are for the order, the first under which all of it can be
 * served decides; if there is none, the one under which most units can be. What must hold goes before what is better: no plan has
 * more fulfilments than the rule allows, or takes a unit from a location that is out, or more than there is. Pure: the same input
 * has the same answer, in whatever order the candidates come.
 */
export function planSourcing(input: SourcingInput): SourcingPlan {
  const { demands, strategy } = input;
  const needed = numberNeeds(demands);
  const asked = demands.reduce((sum, { units }) => sum + units, 0);
  const passedOver: SourcingExplanation['passedOver'] = [];
  let decides: RuleOutcome | null = null;
  for (const rule of strategy.rules) {
    const why = whyNotForOrder(rule, input);
    if (why !== null) {
      passedOver.push({ rule: rule.name, why });
      continue;
    }
    const screened = screenLocations(rule, needed, input);
    const eligible = screened.filter(({ out }) => out === null).map((entry) => entry.eligible);
    const most = mostUnits(needed.needs, eligible);
    if (decides !== null && most <= decides.served) {
      passedOver.push({ rule: rule.name, why: `serves ${most} of ${asked} units at most` });
      continue;
    }
    const choice = chooseLocations(eligible, needed.needs, rule);
    const outcome: RuleOutcome = { rule, choice, served: choice.best?.served ?? 0, asked, screened };
    const loser: RuleOutcome | null = decides !== null && outcome.served <= decides.served ? outcome : decides;
    if (loser !== outcome) decides = outcome;
    if (loser !== null) passedOver.push({ rule: loser.rule.name, why: `serves ${loser.served} of ${asked} units` });
    if (outcome.served === asked) break;
  }
  const best = decides?.choice.best ?? null;
  return {
    fulfilments: toFulfilments(best, demands),
    short: findShort(best, demands),
    explanation: { rule: decides?.rule.name ?? null, passedOver, locations: explainLocations(decides, input) },
  };
}

interface Needed {
  /** SKUs that are asked for, by number of column, and how many of each. */
  columns: string[];
  wanted: number[];
  needs: Need[];
}

/** SKUs become numbers of columns. A SKU that a kit names twice is one part of it. */
function numberNeeds(demands: readonly Demand[]): Needed {
  const columns = [...new Set(demands.flatMap(({ components }) => components.map(({ sku }) => sku)))];
  const columnOf = new Map(columns.map((sku, index) => [sku, index]));
  const wanted = columns.map(() => 0);
  const needs = demands.map(({ units, components }) => {
    const quantities = new Map<number, number>();
    for (const { sku, quantity } of components) {
      const column = columnOf.get(sku) ?? 0;
      quantities.set(column, (quantities.get(column) ?? 0) + quantity);
      wanted[column] = (wanted[column] ?? 0) + units * quantity;
    }
    return { units, parts: [...quantities].map(([sku, quantity]) => ({ sku, quantity })) };
  });
  return { columns, wanted, needs };
}

function screenLocations(
  rule: SourcingRule,
  { columns, wanted }: Needed,
  { candidates, destination, channel }: SourcingInput,
): RuleOutcome['screened'] {
  return candidates.map((candidate) => {
    const distance = distanceKm(candidate.coordinates, destination.coordinates);
    const shelf = columns.map((sku) => candidate.available[sku] ?? 0);
    const eligible: Eligible = {
      candidate,
      distanceKm: distance,
      inCountry: candidate.country === destination.country,
      shelf,
      depth: Math.min(...shelf.map((available, column) => available - (wanted[column] ?? 0))),
    };
    const isEmpty = shelf.every((available) => available <= 0);
    const out =
      whyOut(candidate, rule, { channel, distanceKm: distance }) ?? (isEmpty ? 'has none of what is asked' : null);
    return { candidate, distanceKm: distance, out, eligible };
  });
}

function toFulfilments(plan: WeighedPlan | null, demands: readonly Demand[]): PlannedFulfilment[] {
  return (plan?.parts ?? []).map(({ eligible, units }) => ({
    location: eligible.candidate.location,
    lines: demands.flatMap(({ lineId }, index) =>
      (units[index] ?? 0) > 0 ? [{ lineId, units: units[index] ?? 0 }] : [],
    ),
  }));
}

function findShort(plan: WeighedPlan | null, demands: readonly Demand[]): Shortage[] {
  return demands.flatMap(({ lineId, units }, index) => {
    const planned = (plan?.parts ?? []).reduce((sum, part) => sum + (part.units[index] ?? 0), 0);
    return units > planned ? [{ lineId, units: units - planned }] : [];
  });
}
