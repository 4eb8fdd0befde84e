export type AbcClass = 'A' | 'B' | 'C';
export type XyzClass = 'X' | 'Y' | 'Z';

export interface AbcLimits {
  /** The share of all value that class A may have, such as 0.8; and that A and B may have together, such as 0.95. */
  a: number;
  b: number;
}

/** The greatest coefficient of variation of X, and of Y. No standard sets them: 0.5 and 1 are in use, and 0.2 and 0.5. */
export interface XyzLimits {
  x: number;
  y: number;
}

/**
 * Items by the value they turn over, greatest first: A as long as the share reached with it is within the limit, then B, then C.
 * The first one is A however great it is; what turned over nothing is C. Of two with the same value the lower key comes first.
 */
export function classifyAbc(
  items: readonly { key: string; value: number }[],
  limits: AbcLimits = { a: 0.8, b: 0.95 },
): Map<string, AbcClass> {
  const total = items.reduce((sum, { value }) => sum + value, 0);
  const sorted = [...items].sort((one, other) => other.value - one.value || (one.key < other.key ? -1 : 1));
  const classes = new Map<string, AbcClass>();
  let reached = 0;
  for (const [index, { key, value }] of sorted.entries()) {
    reached += value;
    const isWithin = (limit: number) => value > 0 && reached <= limit * total;
    classes.set(key, isWithin(limits.a) || (index === 0 && value > 0) ? 'A' : isWithin(limits.b) ? 'B' : 'C');
  }
  return classes;
}

/** How steady demand is, by its coefficient of variation σ / μ. Without demand it is Z. */
export function classifyXyz(demand: { mean: number; sd: number }, limits: XyzLimits = { x: 0.5, y: 1 }): XyzClass {
  if (demand.mean <= 0) return 'Z';
  const variation = demand.sd / demand.mean;
  return variation <= limits.x ? 'X' : variation <= limits.y ? 'Y' : 'Z';
}
