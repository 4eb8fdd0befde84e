/** What an outside system says is on hand of an item at a location, as of a moment. */
export interface OutsideLevel {
  sku: string;
  location: string;
  onHand: number;
  /** When it saw that. ISO 8601, UTC. */
  asOf: string;
}

/** What we know of the same level. */
export interface OwnLevel {
  onHand: number;
  /** Reserved, damaged or on quality hold: on hand can't be less. */
  held: number;
  /** By how much on hand has changed here since `asOf`, through what the outside system can't have seen. */
  since: number;
  /** Up to when the outside system's word is taken over already; null: never. Milliseconds since 1970. */
  syncedTo: number | null;
}

export type SyncDecision =
  /** On hand has to change by so many units. */
  | { kind: 'move'; units: number }
  | { kind: 'unchanged' }
  /** Its word is older than one that was taken over. */
  | { kind: 'stale' }
  | { kind: 'problem'; problem: string };

/**
 * What its word means for our level: on hand as it saw it, and what has changed here since. A parcel of ours that left after it
 * looked stays gone.
 */
export function decideSync(theirs: OutsideLevel, ours: OwnLevel): SyncDecision {
  if (ours.syncedTo !== null && Date.parse(theirs.asOf) < ours.syncedTo) return { kind: 'stale' };
  const onHand = theirs.onHand + ours.since;
  if (onHand === ours.onHand) return { kind: 'unchanged' };
  if (onHand < 0)
    return { kind: 'problem', problem: `${theirs.onHand} were on hand, and ${-ours.since} have left since` };
  if (onHand < ours.held)
    return {
      kind: 'problem',
      problem: `${onHand} would be on hand, and ${ours.held} are reserved, damaged or held back`,
    };
  return { kind: 'move', units: onHand - ours.onHand };
}
