/** What becomes of an order that asks for more than there is: of an item, or of a channel, which goes before. */
export const SHORTAGE_POLICIES = [
  /** The order is rejected as a whole. */
  'reject',
  /** It waits until all is there, and is shipped whole. */
  'backorder',
  /** The same for what is not sold yet: it is promised for the day from which it is. */
  'preorder',
  /** What is there is shipped, the rest when it comes. */
  'partial',
] as const;
export type ShortagePolicy = (typeof SHORTAGE_POLICIES)[number];
