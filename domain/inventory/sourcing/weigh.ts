import type { Criterion } from './strategy';
import type { Candidate } from './types';

/** A location that may serve the order, with what it has of what is asked for. */
export interface Eligible {
  candidate: Candidate;
  distanceKm: number | null;
  inCountry: boolean;
  /** Available units, by column of SKU. */
  shelf: readonly number[];
  /** What would be left of the scarcest item if it served the whole order; below zero where it can't. */
  depth: number;
}

/** What leaves one location under a plan. */
export interface PlannedPart {
  eligible: Eligible;
  /** By number of the demand. */
  units: readonly number[];
  total: number;
  /** What is left there of the scarcest item that it gives; 0 where no criterion asks. */
  left: number;
}

export interface WeighedPlan {
  parts: readonly PlannedPart[];
  served: number;
  /** By criterion of the rule; smaller is better, compared number by number. */
  weights: readonly (readonly number[])[];
}

/** What one unit from a location weighs under a criterion. Criteria that are of whole plans alone weigh nothing here. */
export function weighLocation({ candidate, distanceKm, inCountry, depth }: Eligible, criterion: Criterion): number[] {
  switch (criterion.by) {
    case 'shipments':
      return [];
    case 'same_country':
      return [inCountry ? 0 : 1];
    case 'distance':
      return distanceKm === null ? [1, 0] : [0, bandOf(distanceKm, criterion.bandKm)];
    case 'priority':
      return [candidate.priority];
    case 'stock_depth':
      return [-depth];
    case 'capacity':
      return [candidate.capacityLeft === null ? -Infinity : -candidate.capacityLeft];
  }
}

/** Bands are whole numbers, and so are metres where there are none: sums of them are exact, in whatever order. */
const bandOf = (distanceKm: number, bandKm?: number): number =>
  bandKm === undefined ? Math.round(distanceKm * 1_000) : Math.floor(distanceKm / bandKm);

/**
 * What a plan weighs under a criterion: `shipments` counts fulfilments; `stock_depth` and `capacity` look at the location that is
 * left with least; the others add up what each unit weighs where it comes from.
 */
export function weighPlan(parts: readonly PlannedPart[], criterion: Criterion): number[] {
  switch (criterion.by) {
    case 'shipments':
      return [parts.length];
    case 'stock_depth':
      return [-Math.min(...parts.map(({ left }) => left))];
    case 'capacity':
      return [-Math.min(...parts.map(({ eligible: { candidate } }) => candidate.capacityLeft ?? Infinity))];
    case 'same_country':
    case 'distance':
    case 'priority':
      return parts
        .map(({ eligible, total }) => weighLocation(eligible, criterion).map((weight) => weight * total))
        .reduce((sums, weights) => weights.map((weight, index) => weight + (sums[index] ?? 0)), []);
  }
}

/** The score of a location, for people; null: not known, or without limit. */
export function scoreOf({ candidate, distanceKm, inCountry, depth }: Eligible, criterion: Criterion): number | null {
  switch (criterion.by) {
    case 'shipments':
      return null;
    case 'same_country':
      return inCountry ? 1 : 0;
    case 'distance':
      return distanceKm === null ? null : Math.round(distanceKm);
    case 'priority':
      return candidate.priority;
    case 'stock_depth':
      return depth;
    case 'capacity':
      return candidate.capacityLeft;
  }
}

/** Below zero where `a` is better. */
export function compareWeights(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [mine, other] = [a[index] ?? 0, b[index] ?? 0];
    if (mine !== other) return mine < other ? -1 : 1;
  }
  return 0;
}

/** By priority, then by id: what decides where nothing else does. */
export const compareByPriority = (a: Eligible, b: Eligible): number =>
  a.candidate.priority - b.candidate.priority || compareText(a.candidate.location, b.candidate.location);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
