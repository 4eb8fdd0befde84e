import type { SourcingPlan } from '../../../domain/inventory/sourcing/plan';
import { planSourcing } from '../../../domain/inventory/sourcing/planSourcing';
import type { SourcingRule } from '../../../domain/inventory/sourcing/strategy';
import type { Candidate, Coordinates, Demand } from '../../../domain/inventory/sourcing/types';

export const BERLIN: Coordinates = { latitude: 52.52, longitude: 13.405 };
export const PARIS: Coordinates = { latitude: 48.8566, longitude: 2.3522 };
export const MADRID: Coordinates = { latitude: 40.4168, longitude: -3.7038 };

/** A location that may serve anybody and whose priority is the number in its name. */
export const at = (location: string, available: Record<string, number>, more: Partial<Candidate> = {}): Candidate => ({
  location,
  kind: 'warehouse',
  priority: Number(/\d+/.exec(location)?.[0] ?? 0),
  country: 'DE',
  coordinates: null,
  active: true,
  channels: null,
  capacityLeft: null,
  available,
  ...more,
});

/** A line of an item; its id is the item's. */
export const of = (sku: string, units: number, more: Partial<Demand> = {}): Demand => ({
  lineId: sku,
  units,
  components: [{ sku, quantity: 1 }],
  ...more,
});

export const kit = (lineId: string, units: number, parts: Record<string, number>): Demand => ({
  lineId,
  units,
  components: Object.entries(parts).map(([sku, quantity]) => ({ sku, quantity })),
});

export const rule = (more: Partial<SourcingRule> = {}): SourcingRule => ({
  name: 'the rule',
  shipComplete: 'none',
  maxShipments: 5,
  criteria: [{ by: 'shipments' }, { by: 'priority' }],
  ...more,
});

export const plan = (
  demands: Demand[],
  candidates: Candidate[],
  rules: SourcingRule | SourcingRule[] = rule(),
  destination = { country: 'DE', coordinates: null as Coordinates | null },
): SourcingPlan =>
  planSourcing({ demands, candidates, destination, channel: 'web', strategy: { rules: [rules].flat() } });

/** `{ 'loc-1': { SHIRT: 2 } }` */
export const given = ({ fulfilments }: SourcingPlan): Record<string, Record<string, number>> =>
  Object.fromEntries(
    fulfilments.map(({ location, lines }) => [
      location,
      Object.fromEntries(lines.map(({ lineId, units }) => [lineId, units])),
    ]),
  );

/** Units that are planned, of all lines. */
export const served = ({ fulfilments }: SourcingPlan): number =>
  fulfilments.flatMap(({ lines }) => lines).reduce((sum, { units }) => sum + units, 0);
