/** Units of one item at one place. */
export interface PositionParts {
  onHand: number;
  reserved: number;
  damaged: number;
  qualityHold: number;
  incoming: number;
  /** Ordered by customers, and reserved nowhere. */
  backorders: number;
}

/** What can serve demand to come, now or once it has arrived. Below zero: customers wait for more than is on its way. */
export const stockPosition = (parts: PositionParts): number =>
  parts.onHand - parts.reserved - parts.damaged - parts.qualityHold + parts.incoming - parts.backorders;

/** How long so many units last, in days; null where there is no demand, 0 where nothing is left. */
export const daysOfCover = (units: number, demandPerDay: number): number | null =>
  demandPerDay > 0 ? Math.max(units, 0) / demandPerDay : null;
