import type { SourcingRule } from './strategy';
import type { Demand, Destination } from './types';

/** Why a rule is not for an order like this one; null: it is. */
export function whyNotForOrder(
  { when = {} }: SourcingRule,
  order: { demands: readonly Demand[]; destination: Destination },
): string | null {
  const units = order.demands.reduce((sum, demand) => sum + demand.units, 0);
  const { countries, skus, minUnits, maxUnits } = when;
  if (countries !== undefined && !countries.includes(order.destination.country))
    return `is for ${countries.join(', ')}, and the order goes to ${order.destination.country}`;
  if (skus !== undefined && !order.demands.some((demand) => isOf(demand, skus)))
    return 'no line is of the items that it is for';
  if (minUnits !== undefined && units < minUnits)
    return `is for ${minUnits} units and more, and the order has ${units}`;
  if (maxUnits !== undefined && units > maxUnits) return `is for ${maxUnits} units at most, and the order has ${units}`;
  return null;
}

/** A kit is of its own SKU, and of those of its components. */
const isOf = ({ sku, components }: Demand, skus: readonly string[]): boolean =>
  (sku !== undefined && skus.includes(sku)) || components.some((component) => skus.includes(component.sku));
