import type { LocationKind } from './types';

/** Compared one after the other: the first on which two choices differ decides. */
export type Criterion =
  /** Fewest fulfilments. */
  | { by: 'shipments' }
  /** Locations in the country of the destination first. */
  | { by: 'same_country' }
  /** Great-circle distance to the destination; in bands of `bandKm`, so that a few kilometres don't count. Unknown comes last. */
  | { by: 'distance'; bandKm?: number }
  /** The location's own priority, smaller first. */
  | { by: 'priority' }
  /** Where most is left after it. */
  | { by: 'stock_depth' }
  /** Where most can still be taken today; no limit comes first. */
  | { by: 'capacity' };

export interface SourcingRule {
  name: string;
  /** What the order has to be like; each that is given has to hold. */
  when?: {
    countries?: string[];
    /** At least one line is of these. */
    skus?: string[];
    minUnits?: number;
    maxUnits?: number;
  };
  exclude?: { kinds?: LocationKind[]; locations?: string[]; beyondKm?: number };
  /** `order`: everything from one location or not by this rule; `line`: each line from one location; `none`: lines may be split. */
  shipComplete: 'order' | 'line' | 'none';
  /** Most fulfilments; from 1 on. */
  maxShipments: number;
  criteria: Criterion[];
}

/** Rules in order: the first that matches and serves the whole order decides; if none does, the one that serves most of it. */
export interface SourcingStrategy {
  rules: SourcingRule[];
}

/** For channels that have none: one location for all of it if there is one, by priority; else as few as possible. */
export const DEFAULT_STRATEGY: SourcingStrategy = {
  rules: [
    {
      name: 'as few shipments as possible',
      shipComplete: 'none',
      maxShipments: 5,
      criteria: [{ by: 'shipments' }, { by: 'priority' }],
    },
  ],
};
