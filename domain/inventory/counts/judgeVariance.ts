export const COUNT_STATUSES = ['open', 'awaiting_approval', 'posted', 'rejected'] as const;
export type CountStatus = (typeof COUNT_STATUSES)[number];

export interface CountedLine {
  sku: string;
  /** Units that were counted, and that the records had at that moment. */
  counted: number;
  onHand: number;
  unitCost: { amount: number; currency: string } | null;
}

export interface Tolerance {
  /** By how many units each line may be off, up or down. */
  units: number;
  /** What the units that are off may be worth, up and down added, over the whole count; null: it does not matter. */
  value: { amount: number; currency: string } | null;
}

/**
 * Why somebody else has to look at what was counted before it is posted, in words; null: it is within the tolerance. A value that
 * is not known (no cost, or in another currency) is beyond any.
 */
export function judgeVariance(lines: readonly CountedLine[], tolerance: Tolerance): string | null {
  let value = 0;
  for (const { sku, counted, onHand, unitCost } of lines) {
    const off = Math.abs(counted - onHand);
    if (off === 0) continue;
    if (off > tolerance.units) return `${sku} is off by ${off} units, beyond ${tolerance.units}`;
    if (tolerance.value === null) continue;
    if (unitCost?.currency !== tolerance.value.currency)
      return `${sku} is off by ${off} units, and has no cost in ${tolerance.value.currency}`;
    value += off * unitCost.amount;
    if (value > tolerance.value.amount)
      return `what is off is worth more than ${tolerance.value.amount} minor units of ${tolerance.value.currency}`;
  }
  return null;
}
