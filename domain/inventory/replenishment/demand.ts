/** Units a day that left for customers, over whole days; those on which none did count too. */
export interface Demand {
  days: number;
  units: number;
  mean: number;
  /** Sample standard deviation (n - 1). */
  sd: number;
}

/** From the sum and the sum of squares of the daily units: days without any add nothing to either. */
export function measureDemand(days: number, units: number, squares: number): Demand {
  if (days <= 0) return { days: 0, units: 0, mean: 0, sd: 0 };
  const variance = days > 1 ? (squares - (units * units) / days) / (days - 1) : 0;
  return { days, units, mean: units / days, sd: Math.sqrt(Math.max(variance, 0)) };
}
