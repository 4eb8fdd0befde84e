/** How far a parcel is, in the order of its way. */
export const TRACKING_STATUSES = [
  'booked',
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'cancelled',
] as const;
export type TrackingStatus = (typeof TRACKING_STATUSES)[number];

const rank = (status: TrackingStatus): number => TRACKING_STATUSES.indexOf(status);

/** Carrier reports come twice, late and in any order: only one that leads further than what is known is news. */
export const isNews = (known: TrackingStatus, reported: TrackingStatus): boolean =>
  known !== 'cancelled' && rank(reported) > rank(known);

/** Reports that move money or stock. The others are kept with the parcel, and leave the order alone. */
export const isMilestone = (status: TrackingStatus): status is 'picked_up' | 'delivered' =>
  status === 'picked_up' || status === 'delivered';
