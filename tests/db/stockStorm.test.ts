import { adjustStock } from '../../db/inventory/adjustStock';
import { Refusal } from '../../domain/failures';
import { createRandom, type Random } from './random';
import { free, openBackroom, type Backroom } from './backroom';

const SKUS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const PLACES = ['loc-1', 'loc-2', 'loc-3'] as const;
const CUSTOMERS = 120;
const COUNTS = 40;

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  for (const sku of SKUS) for (const location of PLACES) await room.stock(sku, 25, { location, safetyStock: 2 });
});
afterEach(() => room.close());

/** A step may run twice at once, as it does when a worker is thought to be dead and is not. */
const maybeTwice = async <T>(random: Random, step: () => Promise<T>): Promise<T> => {
  const [first] = await Promise.all(random.next() < 0.3 ? [step(), step()] : [step()]);
  return first;
};

/** The life of one order, as its workflow would lead it, in a rush. */
async function buy(random: Random): Promise<string> {
  const basket = Array.from({ length: random.between(1, 5) }, () => ({
    sku: random.pick(SKUS),
    quantity: random.between(1, 4),
  }));
  const orderId = await room.order(free(...basket));
  const { snapshot } = await maybeTwice(random, () => room.reserve(orderId));
  if (snapshot.status === 'rejected' || random.next() < 0.2) return orderId;
  if (random.next() < 0.5) {
    await maybeTwice(random, () => room.cancel(orderId));
    return orderId;
  }
  await room.begin(orderId);
  await maybeTwice(random, () => room.dispatch(orderId));
  if (random.next() < 0.5) await maybeTwice(random, () => room.deliver(orderId));
  return orderId;
}

/** Somebody counts the shelves while all that goes on. */
async function count(random: Random): Promise<'adjusted' | 'refused'> {
  const what = { sku: random.pick(SKUS), location: random.pick(PLACES), reason: 'counted', actor: 'test' };
  const change = random.next() < 0.5 ? { delta: random.between(-15, 15) } : { setTo: random.between(0, 40) };
  try {
    await adjustStock(room.database, { ...what, ...change });
    return 'adjusted';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'stock_conflict') return 'refused';
    throw error;
  }
}

describe('a storm of orders, cancellations, parcels and counts', () => {
  test.each([[11], [22]])('leaves no unit unaccounted for and nobody in a deadlock (seed %p)', async (seed) => {
    const random = createRandom(seed);
    const seeds = Array.from({ length: CUSTOMERS + COUNTS }, () => createRandom(random.between(0, 2 ** 31)));
    const work = random.shuffle(seeds.map((own, index) => () => (index < CUSTOMERS ? buy(own) : count(own))));
    const results = await Promise.allSettled(work.map((run) => run()));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);

    expect(await room.findDrift()).toEqual([]);
    expect(await room.rows('SELECT * FROM stock_levels WHERE reserved > on_hand OR reserved < 0')).toEqual([]);
    const [units] = await room.rows<Record<string, number>>(
      `SELECT sum(shipped)::int AS shipped, (SELECT -sum(on_hand_delta)::int FROM stock_movements WHERE reason = 'shipped') AS left_shelf,
         count(DISTINCT order_id)::int AS orders FROM order_lines`,
    );
    expect(units?.['left_shelf']).toBe(units?.['shipped']);
    expect(units?.['orders']).toBe(CUSTOMERS);

    // The storm was one: all of it has happened.
    const statuses = await room.rows<{ status: string }>('SELECT DISTINCT status FROM orders ORDER BY status');
    expect(statuses.map(({ status }) => status)).toEqual([
      'cancelled',
      'completed',
      'ready_to_ship',
      'rejected',
      'shipped',
    ]);
  });
});
