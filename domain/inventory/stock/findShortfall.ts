/** Figures of one level, in units. `reserved`, `damaged`, `qualityHold` are parts of `onHand`, `picked` of `reserved`; `incoming` is outside. */
export interface Buckets {
  onHand: number;
  reserved: number;
  picked: number;
  damaged: number;
  qualityHold: number;
  incoming: number;
}

const NAMES: Record<keyof Buckets, string> = {
  onHand: 'on hand',
  reserved: 'reserved',
  picked: 'picked',
  damaged: 'damaged',
  qualityHold: 'on quality hold',
  incoming: 'on their way',
};

/** Why a level can't have these figures, in words that follow its name; null when it can. */
export function findShortfall(after: Buckets): string | null {
  for (const bucket of Object.keys(NAMES) as (keyof Buckets)[])
    if (after[bucket] < 0) return `${after[bucket]} units would be ${NAMES[bucket]}`;
  if (after.picked > after.reserved)
    return `${after.picked} units picked would be more than the ${after.reserved} reserved for orders`;
  const bound = after.reserved + after.damaged + after.qualityHold;
  if (bound <= after.onHand) return null;
  if (bound === after.reserved)
    return `${after.onHand} units on hand would be less than the ${after.reserved} reserved for orders`;
  return `${after.onHand} units on hand would be less than the ${bound} reserved, damaged or held back`;
}
