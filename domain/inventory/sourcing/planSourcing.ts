import type { SourcingStrategy } from './strategy';
import type { Candidate, Demand, Destination } from './types';

export interface SourcingInput {
  demands: readonly Demand[];
  candidates: readonly Candidate[];
  destination: Destination;
  channel: string;
  strategy: SourcingStrategy;
}

/** One fulfilment: all that leaves one location. */
export interface PlannedFulfilment {
  location: string;
  lines: { lineId: string; units: number }[];
}

/** Units of a line that no location can give. */
export interface Shortage {
  lineId: string;
  units: number;
}

export interface SourcingPlan {
  /** In the order in which they are numbered. */
  fulfilments: PlannedFulfilment[];
  short: Shortage[];
  explanation: SourcingExplanation;
}

/** Why it was decided so, for people. */
export interface SourcingExplanation {
  /** The rule that decided; null when none matched. */
  rule: string | null;
  /** Rules that did not, and why. */
  passedOver: { rule: string; why: string }[];
  locations: {
    location: string;
    eligible: boolean;
    chosen: boolean;
    /** Why it is out, or why another one was better. */
    why: string;
    /** By the name of each criterion of the rule; null: unknown. */
    scores: Record<string, number | null>;
    distanceKm: number | null;
  }[];
}

/** Placeholder until the strategies are evaluated: one location by priority, else nothing. */
export function planSourcing({ demands, candidates }: SourcingInput): SourcingPlan {
  const byPriority = [...candidates].sort((a, b) => a.priority - b.priority || (a.location < b.location ? -1 : 1));
  const needs = new Map<string, number>();
  for (const { units, components } of demands)
    for (const { sku, quantity } of components) needs.set(sku, (needs.get(sku) ?? 0) + units * quantity);
  const best = byPriority.find(({ available }) => [...needs].every(([sku, units]) => (available[sku] ?? 0) >= units));
  const explanation: SourcingExplanation = { rule: null, passedOver: [], locations: [] };
  if (best === undefined)
    return { fulfilments: [], short: demands.map(({ lineId, units }) => ({ lineId, units })), explanation };
  const lines = demands.map(({ lineId, units }) => ({ lineId, units }));
  return { fulfilments: [{ location: best.location, lines }], short: [], explanation };
}
