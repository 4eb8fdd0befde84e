import type { PlannedFulfilment } from '../../domain/inventory/sourcing/plan';
import type { Demand } from '../../domain/inventory/sourcing/types';
import type { Kept } from '../../domain/inventory/withhold';

export interface UnitsAt {
  sku: string;
  location: string;
  units: number;
  /** How many must be left there. */
  kept: number;
}

/** What planned lines take of each item at each location: several lines may want the same. */
export function sumUnits(
  fulfilments: readonly PlannedFulfilment[],
  lines: readonly Pick<Demand, 'lineId' | 'components'>[],
  kept: Kept,
): UnitsAt[] {
  const componentsOf = new Map(lines.map(({ lineId, components }) => [lineId, components]));
  const sums = new Map<string, UnitsAt>();
  for (const { location, lines: planned } of fulfilments)
    for (const { lineId, units } of planned)
      for (const { sku, quantity } of componentsOf.get(lineId) ?? []) {
        const key = `${sku}\n${location}`;
        const before = sums.get(key)?.units ?? 0;
        sums.set(key, { sku, location, units: before + units * quantity, kept: kept(location, sku) });
      }
  return [...sums.values()];
}
