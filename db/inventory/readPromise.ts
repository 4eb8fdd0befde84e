import {
  findPromiseDate,
  firstSale,
  notBeforeSale,
  type EarlierDemand,
  type SupplyPart,
} from '../../domain/inventory/promise';
import type { Demand } from '../../domain/inventory/sourcing/types';
import type { Database } from '../connection';
import type { Transaction } from '../prepared';
import { readSupply } from './readSupply';

/**
 * By when the units of an order's lines that wait can be there: all of a line at once, after what others wait for before the order,
 * and after what the lines before it take. Of what is not sold yet, not before it is; and from then on, where nothing is known of when it comes. Null:
 * nobody knows. The claims of these lines themselves may be on record already.
 */
export async function findPromises(
  on: Database | Transaction,
  lines: readonly Demand[],
  channel: string,
): Promise<{ lineId: string; promisedAt: Date | null }[]> {
  const skus = lines.flatMap(({ sku, components }) => [
    ...(sku === undefined ? [] : [sku]),
    ...components.map((component) => component.sku),
  ]);
  const askers = lines.map(({ lineId }) => lineId);
  const { now, items } = await readSupply(on, { skus, channel, country: null, askers });
  const taken = new Map<string, EarlierDemand[]>();
  return lines.map(({ lineId, sku, units, components }) => {
    const parts = components.map((component): SupplyPart => {
      const { shelves = [], demands = [] } = items.get(component.sku) ?? {};
      return {
        supply: { shelves, demands: [...demands, ...(taken.get(component.sku) ?? [])] },
        quantity: component.quantity,
      };
    });
    const sold = [sku, ...components.map((component) => component.sku)];
    const soldFrom = sold.map((one) => (one === undefined ? null : (items.get(one)?.availableFrom ?? null)));
    const found = findPromiseDate(parts, units, firstSale(now, soldFrom));
    const promised = notBeforeSale(found, soldFrom);
    for (const component of components)
      taken.set(component.sku, [...(taken.get(component.sku) ?? []), { at: found, units: units * component.quantity }]);
    return { lineId, promisedAt: promised === null ? null : new Date(promised) };
  });
}
