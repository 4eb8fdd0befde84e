/**
 * Saleor (commerce 2b: saleor #9172, by reading): while reservations are looked at, allocations are not, since one list is read twice
 * and is empty the second time. Each kind was tested by itself, and never both.
 * Here: carts and orders take from one number on the level, under its lock. What either holds, of single items or as a part of kits, at
 * one place or at two, nobody else gets: each pair of kinds is tried, one after the other and at the same moment.
 */
import { createReservation, releaseReservation } from '../../db/inventory/reservations';
import { Refusal } from '../../domain/failures';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from '../db/backroom';
import { findReservationDrift } from '../../db/verify/findReservationDrift';

const THERE = 6;
const KINDS = ['cart', 'order'] as const;
const ITEMS = ['MUG', 'SET'] as const;
const PLACES = [1, 2] as const;
type Kind = (typeof KINDS)[number];
type Item = (typeof ITEMS)[number];

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(async () => {
  expect((await findReservationDrift(room.database)).found).toEqual([]);
  await room.close();
});

/** Six mugs at each place, and a set of two of them. */
async function open(places: number): Promise<void> {
  for (let place = 1; place <= places; place += 1) await room.stock('MUG', THERE, { location: `loc-${place}` });
  await room.rows(`INSERT INTO items (sku, name) VALUES ('SET', 'Two mugs')`);
  await room.rows(`INSERT INTO item_components (kit, sku, quantity) VALUES ('SET', 'MUG', 2)`);
}
const mugsOf = (item: Item, quantity: number) => (item === 'SET' ? 2 : 1) * quantity;

/** @returns whether all of it was had. */
async function take(kind: Kind, item: Item, quantity: number): Promise<boolean> {
  if (kind === 'order') {
    const { snapshot } = await room.reserve(await room.order(free({ sku: item, quantity })));
    return snapshot.status === 'ready_to_ship';
  }
  try {
    await createReservation(room.database, {
      ...{ id: newId('rsv'), channel: 'web', owner: newId('req'), country: null, minutes: 15, actor: 'test' },
      lines: [{ sku: item, quantity }],
    });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('stock_conflict');
    return false;
  }
}
const reserved = async () =>
  (await room.rows<{ units: number }>(`SELECT sum(reserved)::int AS units FROM stock_levels WHERE sku = 'MUG'`))[0]
    ?.units;

const pairs = PLACES.flatMap((places) =>
  KINDS.flatMap((first) =>
    KINDS.flatMap((second) => ITEMS.flatMap((has) => ITEMS.map((asks) => ({ places, first, has, second, asks })))),
  ),
);

test.each(pairs)(
  'at $places places: what a $first has of $has, no $second gets as $asks',
  async ({ places, first, has, second, asks }) => {
    await open(places);
    const all = THERE * places;
    // All but two mugs.
    expect(await take(first, has, (all - 2) / mugsOf(has, 1))).toBe(true);
    expect(await take(second, asks, 2 / mugsOf(asks, 1) + 1)).toBe(false);
    expect(await reserved()).toBe(all - 2);
    expect(await take(second, asks, 2 / mugsOf(asks, 1))).toBe(true);
    for (const kind of KINDS) for (const item of ITEMS) expect(await take(kind, item, 1)).toBe(false);
    expect(await reserved()).toBe(all);
  },
);

test.each(PLACES)(
  'at %d places: carts and orders for more than there is, at once, get no more than that',
  async (places) => {
    await open(places);
    const wanted = Array.from({ length: 8 * places }, (_, index) => ({
      kind: KINDS[index % 2] as Kind,
      item: ITEMS[Math.floor(index / 2) % 2] as Item,
    }));
    const got = await Promise.all(wanted.map(({ kind, item }) => take(kind, item, 1)));
    const mugs = wanted.reduce((sum, { item }, index) => sum + (got[index] ? mugsOf(item, 1) : 0), 0);
    expect(await reserved()).toBe(mugs);
    expect(mugs).toBeLessThanOrEqual(THERE * places);
    // Whoever was refused, was refused since the last ones were taken: at most one is left, and no set fits.
    expect(THERE * places - mugs).toBeLessThanOrEqual(places);
  },
);

test.each(ITEMS)('what a cart gives back of %s, an order gets, and what is cancelled, a cart', async (item) => {
  await open(1);
  const { id } = await createReservation(room.database, {
    ...{ id: newId('rsv'), channel: 'web', owner: 'cart', country: null, minutes: 15, actor: 'test' },
    lines: [{ sku: item, quantity: THERE / mugsOf(item, 1) }],
  });
  expect(await take('order', item, 1)).toBe(false);
  await releaseReservation(room.database, id, 'test');
  const orderId = await room.order(free({ sku: item, quantity: THERE / mugsOf(item, 1) }));
  expect((await room.reserve(orderId)).snapshot.status).toBe('ready_to_ship');
  expect(await take('cart', item, 1)).toBe(false);
  await room.cancel(orderId);
  expect(await take('cart', item, THERE / mugsOf(item, 1))).toBe(true);
});
