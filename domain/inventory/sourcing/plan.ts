import type { Choice } from './chooseLocations';
import type { SourcingRule, SourcingStrategy } from './strategy';
import type { Candidate, Demand, Destination } from './types';
import type { Eligible } from './weigh';

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

/** What came of one rule that is for the order. */
export interface RuleOutcome {
  rule: SourcingRule;
  choice: Choice;
  served: number;
  asked: number;
  /** In the order of the candidates. */
  screened: { candidate: Candidate; distanceKm: number | null; out: string | null; eligible: Eligible }[];
}
