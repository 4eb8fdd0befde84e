import { adjustStock } from '../../db/inventory/adjustStock';
import { moveStock } from '../../db/inventory/moveStock';
import { readMovementFeed, type FollowedMovement } from '../../db/inventory/readMovementFeed';
import { readFeedEnd, type FeedPlace } from '../../db/orders/readEvents';
import { inTransaction } from '../../db/transaction';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(() => room.close());

const BEGINNING: FeedPlace = { transaction: 0, position: 0 };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A consumer: asks again and again after the last place it knows, until it has seen so many. */
async function follow(count: number, from = BEGINNING): Promise<FollowedMovement[]> {
  const limit = 7;
  const seen: FollowedMovement[] = [];
  for (const deadline = Date.now() + 20_000; seen.length < count && Date.now() < deadline;) {
    const page = await readMovementFeed(room.database, { after: seen.at(-1)?.place ?? from, limit });
    seen.push(...page);
    if (page.length < limit) await sleep(5);
  }
  return seen;
}

const receive = (sku: string, units: number) =>
  adjustStock(room.database, { sku, location: 'loc-1', delta: units, reason: 'received', actor: 'test' });

/** The same by a transaction that has its number and its line, and ends only when it is told to. */
async function receiveSlowly(sku: string): Promise<{ finish(commit?: boolean): Promise<void> }> {
  let end: (commit: boolean) => void = () => undefined;
  const ended = new Promise<boolean>((resolve) => (end = resolve));
  return new Promise((begun) => {
    const made = inTransaction(room.database, async (transaction) => {
      const move = { sku, location: 'loc-1', onHand: 1 };
      await moveStock(transaction, [move], { reason: 'slowly', document: null, actor: 'test' });
      begun({ finish: async (commit = true) => (end(commit), void (await made)) });
      if (!(await ended)) throw new Error('broken off');
    }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'broken off') throw error;
    });
  });
}
const idsOf = (movements: readonly { id: number }[]) => movements.map(({ id }) => id);

describe('a consumer that follows the ledger', () => {
  test('misses nothing of what is committed later under a lower number', async () => {
    for (const sku of ['SLOW', 'QUICK']) await room.stock(sku, 0);
    const slow = await receiveSlowly('SLOW');
    await receive('QUICK', 1);
    // By its number it would be the next one, and the slow one before it would be lost.
    const [quick] = await room.rows<{ id: number }>(`SELECT id FROM stock_movements WHERE sku = 'QUICK'`);
    expect(quick).toBeDefined();
    expect(await readMovementFeed(room.database, { after: BEGINNING, limit: 10 })).toEqual([]);
    await slow.finish();
    const seen = await follow(2);
    expect(seen.map(({ sku, reason }) => [sku, reason])).toEqual([
      ['SLOW', 'slowly'],
      ['QUICK', 'received'],
    ]);
    expect(seen[0]?.id).toBeLessThan(quick?.id ?? 0);
  });

  test('sees each movement once while many write at once, and adding them up gives every level', async () => {
    const skus = ['A', 'B', 'C', 'D'];
    for (const sku of skus) await room.stock(sku, 50);
    await room.stock('SLOW', 0);
    const work = async () => {
      const slow = await receiveSlowly('SLOW');
      await Promise.all(
        Array.from({ length: 24 }, async (_, index) => {
          const sku = skus[index % skus.length] ?? 'A';
          const orderId = await room.order(free({ sku, quantity: 1 + (index % 3) }, { sku: 'A', quantity: 1 }));
          await room.reserve(orderId);
          if (index % 3 === 0) await room.cancel(orderId);
          await receive(sku, 2);
        }),
      );
      await slow.finish();
    };
    const working = work();
    const early = await follow(8);
    await working;
    const [{ count }] = await room
      .rows<{ count: number }>('SELECT count(*)::int AS count FROM stock_movements')
      .then((rows) => rows as [{ count: number }]);
    const seen = [...early, ...(await follow(count - early.length, early.at(-1)?.place))];
    expect(seen).toHaveLength(count);
    expect(new Set(idsOf(seen)).size).toBe(count);
    expect(await readMovementFeed(room.database, { after: seen.at(-1)?.place ?? BEGINNING, limit: 1 })).toEqual([]);
    expect(idsOf(await follow(count))).toEqual(idsOf(seen));
    const sums = new Map<string, { onHand: number; reserved: number }>();
    for (const { sku, onHandDelta, reservedDelta } of seen) {
      const { onHand, reserved } = sums.get(sku) ?? { onHand: 0, reserved: 0 };
      sums.set(sku, { onHand: onHand + onHandDelta, reserved: reserved + reservedDelta });
    }
    for (const sku of [...skus, 'SLOW']) expect(sums.get(sku)).toEqual(await room.level(sku));
  });

  test('never sees what was rolled back', async () => {
    await room.stock('MUG', 0);
    const slow = await receiveSlowly('MUG');
    await slow.finish(false);
    await receive('MUG', 3);
    expect((await follow(1)).map(({ onHandDelta }) => onHandDelta)).toEqual([3]);
  });

  test('from the end on sees what is moved from then on, also by a transaction that was open then', async () => {
    for (const sku of ['MUG', 'CUP']) await room.stock(sku, 0);
    await receive('MUG', 1);
    await follow(1);
    const slow = await receiveSlowly('CUP');
    const end = await readFeedEnd(room.database);
    await slow.finish();
    await receive('MUG', 2);
    expect((await follow(2, end)).map(({ sku, onHandDelta }) => [sku, onHandDelta])).toEqual([
      ['CUP', 1],
      ['MUG', 2],
    ]);
  });
});
