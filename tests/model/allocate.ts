import {
  moveUnits,
  PARTS,
  type Item,
  type ModelOrder,
  type ModelParcel,
  type Sku,
  type StockModel,
} from './stockModel';
import { bestWays, sameUnits, shortOf, sumUnits, type Free, type Units } from './servable';

/** The real shop did what the model does not allow. */
export class Unlike extends Error {
  override readonly name = 'Unlike';
}

/** What the real shop says of an order whose units it has given out just now. */
export interface SeenOrder {
  rejected: boolean;
  parcels: readonly ModelParcel[];
  /** When it began to wait; null: it does not, or not any more. */
  askedAt: number | null;
}

/**
 * Gives an order what it still has to get. Where it comes from is the real shop's choice, and is taken over if it was allowed: as
 * many units as can be had, at each place no more than are free for this order, kits whole. How many are then short is exact.
 */
export function allocate(model: StockModel, order: ModelOrder, free: Free, seen: SeenOrder | undefined): void {
  if (seen === undefined) throw new Unlike(`${order.name} is not on record`);
  const open = order.lines.map(({ item, quantity, allocated, shipped, cancelled }) => ({
    ...{ item, units: quantity - allocated - shipped - cancelled },
  }));
  const wanted = sumUnits(open);
  const ways = bestWays(wanted, free);
  const maySink = (way: Units) => shortOf(wanted, way).some((item) => policyOf(order, item) === 'reject');
  const last = Math.max(0, ...order.parcels.map(({ number }) => number));
  const parcels = seen.parcels.filter(({ number }) => number > last);
  if (seen.rejected) {
    if (!ways.some(maySink)) throw new Unlike(`${order.name} was rejected, and ${say(ways)} could be served`);
    if (parcels.length > 0) throw new Unlike(`${order.name} was rejected and has parcels`);
    order.rejected = true;
    return;
  }
  const given = open.map(({ item }, line) => ({ item, units: sum(parcels.map(({ units }) => units[line] ?? 0)) }));
  const served = sumUnits(given);
  const way = ways.find((one) => sameUnits(one, served));
  if (way === undefined) throw new Unlike(`${order.name} got ${say([served])}, and should have got ${say(ways)}`);
  if (maySink(way)) throw new Unlike(`${order.name} got ${say([served])} and may not wait for the rest`);
  if (new Set(parcels.map(({ location }) => location)).size < parcels.length)
    throw new Unlike(`${order.name} has two new parcels from one place`);
  for (const [index, parcel] of parcels.entries()) {
    if (parcel.number !== last + index + 1)
      throw new Unlike(`${order.name} has a parcel ${parcel.number} after ${last}`);
    takeParcel(model, order, parcel, free);
  }
  for (const [index, line] of order.lines.entries()) {
    line.allocated += given[index]?.units ?? 0;
    line.backordered = (open[index]?.units ?? 0) - (given[index]?.units ?? 0);
    if (line.backordered < 0) throw new Unlike(`${order.name} got more for line ${index + 1} than it asked for`);
  }
  if (order.askedAt === null && order.lines.some(({ backordered }) => backordered > 0)) order.askedAt = seen.askedAt;
}

function takeParcel(model: StockModel, order: ModelOrder, parcel: ModelParcel, free: Free): void {
  for (const [sku, units] of partsOf(order, parcel.units)) {
    if (units > free(sku, parcel.location))
      throw new Unlike(
        `${order.name} got ${units} ${sku} at ${parcel.location}, and ${free(sku, parcel.location)} were free`,
      );
    if (moveUnits(model, { sku, location: parcel.location }, { reserved: units }) !== null)
      throw new Unlike(`${order.name} got ${units} ${sku} at ${parcel.location}, which are not there`);
  }
  order.parcels.push({ ...parcel, state: 'planned' });
}

/** What so many units of each line take from the shelves. */
export function partsOf({ lines }: ModelOrder, units: readonly number[]): Map<Sku, number> {
  const parts = new Map<Sku, number>();
  for (const [index, { item }] of lines.entries())
    for (const [sku, quantity] of Object.entries(PARTS[item]) as [Sku, number][]) {
      const count = quantity * (units[index] ?? 0);
      if (count > 0) parts.set(sku, (parts.get(sku) ?? 0) + count);
    }
  return parts;
}

const policyOf = ({ lines }: ModelOrder, item: Item) => lines.find((line) => line.item === item)?.policy;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const say = (ways: readonly Units[]): string => ways.map((way) => JSON.stringify(way)).join(' or ');
