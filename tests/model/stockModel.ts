/** Items on shelves, and a kit that is one A and two B. Written down here once more: nothing of the product is used by the model. */
export const SKUS = ['A', 'B', 'C'] as const;
export type Sku = (typeof SKUS)[number];
export type Item = Sku | 'K';
export const PARTS: Record<Item, Partial<Record<Sku, number>>> = {
  A: { A: 1 },
  B: { B: 1 },
  C: { C: 1 },
  K: { A: 1, B: 2 },
};
/** By priority: units that others wait for are kept back at the last one first. */
export const PLACES = ['loc-1', 'loc-2', 'loc-3'] as const;
export type Place = (typeof PLACES)[number];
export type Policy = 'reject' | 'backorder' | 'preorder' | 'partial';
export type Wish = { item: Item; quantity: number };

export interface ModelLevel {
  onHand: number;
  reserved: number;
  damaged: number;
  qualityHold: number;
  incoming: number;
  safetyStock: number;
}
export const BUCKETS = ['onHand', 'reserved', 'damaged', 'qualityHold', 'incoming'] as const;

export interface ModelLine extends Wish {
  policy: Policy;
  allocated: number;
  backordered: number;
  shipped: number;
  delivered: number;
  cancelled: number;
}

export interface ModelParcel {
  number: number;
  location: Place;
  /** Of each line. */
  units: number[];
  state: 'planned' | 'begun' | 'shipped' | 'delivered' | 'released';
}

export interface ModelOrder {
  name: string;
  id: string;
  priority: number;
  /** By the database's clock, in microseconds: the shop's choice, as which location serves. Null: it never waited. */
  askedAt: number | null;
  rejected: boolean;
  lines: ModelLine[];
  parcels: ModelParcel[];
}

/** Units of an item at a place. */
export interface Held {
  sku: Sku;
  location: Place;
  units: number;
}

export interface ModelCart {
  name: string;
  id: string;
  owner: string;
  lines: Wish[];
  held: Held[];
  state: 'active' | 'ordered' | 'released' | 'expired';
  /** Its time is over. */
  due: boolean;
}

/** Units under way: a transfer from a place, or a purchase order. */
export interface ModelDelivery {
  name: string;
  id: string;
  kind: 'transfer' | 'purchase';
  sku: Sku;
  to: Place;
  open: number;
  closed: boolean;
}

/** What the shop should be like: plain data, so that it can be copied to see what would be. */
export interface StockModel {
  steps: number;
  /** How many names were given. */
  named: number;
  levels: Record<string, ModelLevel>;
  policies: Record<Item, Policy>;
  orders: ModelOrder[];
  carts: ModelCart[];
  deliveries: ModelDelivery[];
}

/** The next name: what happens at once has different ones. */
export const nameNext = (model: StockModel): number => (model.named += 1);

export function levelOf({ levels }: Readonly<StockModel>, sku: Sku, location: Place): ModelLevel {
  const level = levels[`${sku}@${location}`];
  if (level === undefined) throw new Error(`the model has no ${sku} at ${location}`);
  return level;
}

/** Why the change is refused; null: it was made. */
export function moveUnits(
  model: StockModel,
  { sku, location }: { sku: Sku; location: Place },
  by: Partial<ModelLevel>,
): 'stock_conflict' | null {
  const level = levelOf(model, sku, location);
  const after = { ...level };
  for (const bucket of BUCKETS) after[bucket] += by[bucket] ?? 0;
  if (BUCKETS.some((bucket) => after[bucket] < 0)) return 'stock_conflict';
  if (after.reserved + after.damaged + after.qualityHold > after.onHand) return 'stock_conflict';
  Object.assign(level, after);
  return null;
}

const total = (lines: readonly ModelLine[], of: (line: ModelLine) => number): number =>
  lines.reduce((sum, line) => sum + of(line), 0);

/** Of an order that costs nothing. */
export function statusOf({ rejected, lines }: ModelOrder): string {
  const live = total(lines, ({ quantity, cancelled }) => quantity - cancelled);
  if (rejected) return 'rejected';
  if (live === 0) return 'cancelled';
  if (total(lines, ({ delivered }) => delivered) === live) return 'completed';
  const shipped = total(lines, ({ shipped }) => shipped);
  if (shipped === live) return 'shipped';
  if (shipped > 0) return 'partly_shipped';
  return waits({ lines }) ? 'awaiting_stock' : 'ready_to_ship';
}

export const isClosed = (order: ModelOrder): boolean =>
  ['rejected', 'cancelled', 'completed'].includes(statusOf(order));
/** For units that are not there. */
export const waits = ({ lines }: Pick<ModelOrder, 'lines'>): boolean =>
  lines.some(({ backordered }) => backordered > 0);
/** Nothing of it leaves before all is there. */
export const waitsWhole = ({ lines }: ModelOrder): boolean =>
  lines.some(({ backordered, policy }) => backordered > 0 && policy !== 'partial');

export interface Claim {
  order: string;
  line: number;
  sku: Sku;
  units: number;
}

/** What is claimed of each item, in the order in which it is served. */
export function claimsOf({ orders }: Readonly<StockModel>): Claim[] {
  const waiting = orders.filter(waits).sort(comesBefore);
  return waiting.flatMap(({ name, lines }) =>
    lines.flatMap(({ item, backordered }, line) =>
      backordered === 0
        ? []
        : SKUS.filter((sku) => PARTS[item][sku] !== undefined).map((sku) => ({
            ...{ order: name, line, sku, units: backordered * (PARTS[item][sku] ?? 0) },
          })),
    ),
  );
}

function comesBefore(a: ModelOrder, b: ModelOrder): number {
  return b.priority - a.priority || (a.askedAt ?? 0) - (b.askedAt ?? 0) || (a.id < b.id ? -1 : 1);
}
