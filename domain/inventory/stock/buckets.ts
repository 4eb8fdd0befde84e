/** What of a level is adjusted by hand. Reserved and incoming follow from orders, transfers and purchase orders alone. */
export const BUCKETS = {
  onHand: 'onHand',
  damaged: 'damaged',
  qualityHold: 'qualityHold',
  safetyStock: 'safetyStock',
} as const;
export type Bucket = keyof typeof BUCKETS;

/** In words that follow `7 units are`. */
export const BUCKET_NAMES: Record<Bucket, string> = {
  onHand: 'on hand',
  damaged: 'damaged',
  qualityHold: 'on quality hold',
  safetyStock: 'safety stock',
};
