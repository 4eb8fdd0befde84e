export interface OrderSizes {
  /** The least that the supplier takes an order for; 0 for none. */
  minimumOrder: number;
  /** Orders are a multiple of it … */
  multiple: number;
  /** … and of whole packs. */
  packSize: number;
}

/** The least order that gives the units needed: at least the minimum, and rounded up, never down. 0 when nothing is needed. */
export function sizeOrder(needed: number, { minimumOrder, multiple, packSize }: OrderSizes): number {
  if (needed <= 0) return 0;
  const step = (multiple / commonDivisor(multiple, packSize)) * packSize;
  return Math.ceil(Math.max(needed, minimumOrder) / step) * step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
