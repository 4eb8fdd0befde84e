import { changeOrder } from '../../db/orders/changeOrder';
import {
  readEventFeed,
  readFeedEnd,
  readOrderEvents,
  type FeedPlace,
  type OrderEvent,
} from '../../db/orders/readEvents';
import { receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { shipmentId } from '../../domain/ids';
import { openShop, type TestShop } from './testShop';

let shop: TestShop;
beforeEach(async () => {
  shop = await openShop({ poolSize: 20 });
  await shop.stock('SHIRT', 1000);
});
afterEach(() => shop.close());

const BEGINNING: FeedPlace = { transaction: 0, position: 0 };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A consumer: asks again and again after the last place it knows, until `done` says that it has seen enough. */
async function follow(done: (seen: OrderEvent[]) => boolean, limit = 7): Promise<OrderEvent[]> {
  const seen: OrderEvent[] = [];
  for (const deadline = Date.now() + 20_000; !done(seen) && Date.now() < deadline;) {
    const after = seen.at(-1)?.place ?? BEGINNING;
    const page = await readEventFeed(shop.database, { channel: null, after, limit });
    seen.push(...page);
    if (page.length < limit) await sleep(5);
  }
  return seen;
}

/** One event on the order's timeline, committed only after so many milliseconds. */
const tell = (orderId: string, slowMs = 0) =>
  changeOrder(shop.database, orderId, async () => {
    if (slowMs > 0) await sleep(slowMs);
    return { events: [{ type: slowMs > 0 ? 'told.slowly' : 'told.quickly' }] };
  });

/** So many connections wait for a lock of another. */
async function untilWaiting(count: number): Promise<void> {
  for (let waiting = 0; waiting < count; await sleep(5)) {
    const [row] = await shop.rows<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    waiting = row?.waiting ?? 0;
  }
}

const names = (events: readonly OrderEvent[]) => events.map(({ orderId, sequence }) => `${orderId} ${sequence}`);

/** For each order: the numbers of its events, in the order in which they came. */
const sequences = (events: readonly OrderEvent[]) => {
  const perOrder = new Map<string, number[]>();
  for (const { orderId, sequence } of events) perOrder.set(orderId, [...(perOrder.get(orderId) ?? []), sequence]);
  return [...perOrder.values()];
};
const upwards = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('a consumer that follows the feed while orders change', () => {
  test('sees each event exactly once, in the order of the feed, also that of a transaction that took its time', async () => {
    const orderIds = await Promise.all(Array.from({ length: 10 }, () => shop.order()));
    const total = orderIds.length * 11;
    const watching = follow((seen) => seen.length >= total);
    const slow = orderIds.slice(0, 2).map((orderId) => tell(orderId, 700));
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(orderIds.slice(round === 0 ? 2 : 0).map((orderId) => tell(orderId)));
      await sleep(10);
    }
    await Promise.all(slow);
    const seen = await watching;
    await sleep(50);
    const rest = await readEventFeed(shop.database, {
      channel: null,
      after: seen.at(-1)?.place ?? BEGINNING,
      limit: 10,
    });
    expect(rest).toEqual([]);
    expect(new Set(names(seen)).size).toBe(seen.length);
    expect(seen).toHaveLength(total);
    expect(names(await follow((all) => all.length >= total))).toEqual(names(seen));
    expect(sequences(seen)).toEqual(orderIds.map(() => upwards(11)));
    expect(seen.filter(({ type }) => type === 'told.slowly')).toHaveLength(2);
  });

  test('is not told of what may still be rolled back, nor of what comes after it, until that is certain', async () => {
    const [slowId, quickId] = [await shop.order(), await shop.order()];
    const before = await follow((seen) => seen.length === 2);
    const after = before.at(-1)?.place ?? BEGINNING;
    const slow = tell(slowId, 400);
    await sleep(100);
    await tell(quickId);
    expect(await readEventFeed(shop.database, { channel: null, after, limit: 10 })).toEqual([]);
    await slow;
    const seen = await readEventFeed(shop.database, { channel: null, after, limit: 10 });
    expect(seen.map(({ type }) => type)).toEqual(['told.slowly', 'told.quickly']);
  });

  test('never sees the event of a change that was rolled back', async () => {
    const orderId = await shop.order();
    const broken = changeOrder(shop.database, orderId, async (transaction) => {
      await transaction.raw(
        `INSERT INTO order_events (order_id, sequence, channel, type, status, actor) VALUES (?, 2, 'web', 'never', 'received', 't')`,
        [orderId],
      );
      throw new Error('broken off');
    });
    await expect(broken).rejects.toThrow('broken off');
    await tell(orderId);
    expect((await follow((seen) => seen.length === 2)).map(({ type }) => type)).toEqual([
      'order.received',
      'told.quickly',
    ]);
  });

  test('sees the events of one order in their order, although a report of the carrier was about two', async () => {
    const [first, second] = [await shop.order(), await shop.order()].sort() as [string, string];
    for (const orderId of [first, second]) {
      await shop.reserve(orderId);
      await shop.begin(orderId);
    }
    const scan = (orderId: string) => ({
      eventId: `scan-${orderId}`,
      shipmentId: shipmentId(orderId, 1),
      status: 'in_transit' as const,
      at: '2026-01-01T12:00:00Z',
    });
    // One has the second order, another is next in line for it, then comes the carrier, who has the first one already.
    const holder = tell(second, 600);
    await sleep(100);
    const nextInLine = tell(second);
    await untilWaiting(1);
    const carrier = receiveCarrierEvents(shop.database, 'sandbox', [scan(first), scan(second)]);
    await untilWaiting(2);
    await Promise.all([holder, nextInLine, carrier]);
    const seen = await follow((all) => all.length >= 8);
    expect(sequences(seen).map((numbers) => numbers.join())).toEqual(
      [...new Set(seen.map(({ orderId }) => orderId))].map((orderId) => (orderId === first ? '1,2,3' : '1,2,3,4,5')),
    );
  });
});

describe('the feed', () => {
  test('of one channel holds the events of that channel alone', async () => {
    const orderId = await shop.order();
    const feed = (channel: string) => readEventFeed(shop.database, { channel, after: BEGINNING, limit: 10 });
    expect(names(await feed('web'))).toEqual([`${orderId} 1`]);
    expect(await feed('marketplace')).toEqual([]);
  });

  test('from its end holds what is told from then on, and nothing older', async () => {
    const orderId = await shop.order();
    const end = await readFeedEnd(shop.database);
    expect(await readEventFeed(shop.database, { channel: null, after: end, limit: 10 })).toEqual([]);
    await tell(orderId);
    expect(names(await readEventFeed(shop.database, { channel: null, after: end, limit: 10 }))).toEqual([
      `${orderId} 2`,
    ]);
  });

  test('from its end misses nothing of a transaction that was open then', async () => {
    const orderId = await shop.order();
    const slow = tell(orderId, 200);
    await sleep(80);
    const end = await readFeedEnd(shop.database);
    await slow;
    expect(names(await readEventFeed(shop.database, { channel: null, after: end, limit: 10 }))).toContain(
      `${orderId} 2`,
    );
  });

  test('of one order goes on after a number', async () => {
    const orderId = await shop.order();
    for (let count = 0; count < 4; count += 1) await tell(orderId);
    const read = async (after: number, limit: number) =>
      (await readOrderEvents(shop.database, { orderId, after, limit })).map(({ sequence }) => sequence);
    expect(await read(0, 100)).toEqual([1, 2, 3, 4, 5]);
    expect(await read(2, 2)).toEqual([3, 4]);
    expect(await read(5, 10)).toEqual([]);
  });
});
