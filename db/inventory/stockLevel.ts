export interface StockLevel {
  sku: string;
  location: string;
  /** All units that are there. */
  onHand: number;
  /** Parts of on hand that can't be promised: promised already, damaged, held back until somebody has looked. */
  reserved: number;
  /** Of what is reserved, off the shelf for a parcel that has not left. */
  picked: number;
  damaged: number;
  qualityHold: number;
  /** What is kept back whatever is asked for. */
  safetyStock: number;
  /** On its way here; outside on hand. */
  incoming: number;
  /** What can still be promised; below zero inside the safety stock. */
  available: number;
}

/** Of a row `s` of stock_levels. */
export const LEVEL_COLUMNS = `s.sku, s.location, s.on_hand AS "onHand", s.reserved, s.picked, s.damaged, s.quality_hold AS "qualityHold",
  s.safety_stock AS "safetyStock", s.incoming, s.available`;
