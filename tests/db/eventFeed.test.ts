import { changeOrder } from '../../db/orders/changeOrder';
import {
  readEventFeed,
  readFeedEnd,
  readOrderEvents,
  type FeedPlace,
  type OrderEvent,
} from '../../db/orders/readEvents';
import { receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { prepared } from '../../db/prepared';
import { shipmentId } from '../../domain/ids';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('SHIRT', 1000);
});
afterEach(() => room.close());

const BEGINNING: FeedPlace = { transaction: 0, position: 0 };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A consumer: asks again and again after the last place it knows, until `done` says that it has seen enough. It has to ask
 * again, as the feed holds an event back as long as any transaction of the whole server is open that began before it.
 */
async function follow(
  done: (seen: OrderEvent[]) => boolean,
  { from = BEGINNING, channel = null }: { from?: FeedPlace; channel?: string | null } = {},
): Promise<OrderEvent[]> {
  const limit = 7;
  const seen: OrderEvent[] = [];
  for (const deadline = Date.now() + 20_000; !done(seen) && Date.now() < deadline;) {
    const after = seen.at(-1)?.place ?? from;
    const page = await readEventFeed(room.database, { channel, after, limit });
    seen.push(...page);
    if (page.length < limit) await sleep(5);
  }
  return seen;
}

/** One event on the order's timeline. */
const tell = (orderId: string) =>
  changeOrder(room.database, orderId, async () => ({ events: [{ type: 'told.quickly' }] }));

/** The same by a transaction that has begun, and ends only when it is told to. */
async function tellSlowly(orderId: string): Promise<{ finish(): Promise<void> }> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return new Promise((begun) => {
    const told = changeOrder(room.database, orderId, async () => {
      begun({ finish: async () => (end(), void (await told)) });
      await ended;
      return { events: [{ type: 'told.slowly' }] };
    });
  });
}

const names = (events: readonly OrderEvent[]) => events.map(({ orderId, sequence }) => `${orderId} ${sequence}`);

/** For each order: the numbers of its events, in the order in which they came. */
const sequences = (events: readonly OrderEvent[]) => {
  const perOrder = new Map<string, number[]>();
  for (const { orderId, sequence } of events) perOrder.set(orderId, [...(perOrder.get(orderId) ?? []), sequence]);
  return [...perOrder.values()];
};
const firstSeen = (events: readonly OrderEvent[]) => [...new Set(events.map(({ orderId }) => orderId))];
const upwards = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('a consumer that follows the feed while orders change', () => {
  test('sees each event exactly once, in the order of the feed, also that of a transaction that took its time', async () => {
    const orderIds = await Promise.all(Array.from({ length: 10 }, () => room.order()));
    const [quickIds, slowIds] = [orderIds.slice(2), orderIds.slice(0, 2)];
    const total = 8 * 11 + 2 * 6;
    const watching = follow((seen) => seen.length >= total);
    const slow = await Promise.all(slowIds.map(tellSlowly));
    for (let round = 0; round < 10; round += 1) {
      if (round === 6) for (const one of slow) await one.finish();
      await Promise.all((round < 6 ? quickIds : orderIds).map(tell));
      await sleep(10);
    }
    const seen = await watching;
    await sleep(50);
    const rest = await readEventFeed(room.database, {
      channel: null,
      after: seen.at(-1)?.place ?? BEGINNING,
      limit: 10,
    });
    expect(rest).toEqual([]);
    expect(new Set(names(seen)).size).toBe(seen.length);
    expect(seen).toHaveLength(total);
    expect(names(await follow((all) => all.length >= total))).toEqual(names(seen));
    expect(sequences(seen).map((numbers) => numbers.join())).toEqual(
      firstSeen(seen).map((orderId) => upwards(slowIds.includes(orderId) ? 6 : 11).join()),
    );
  });

  test('is not told of what may still be rolled back, nor of what comes after it, until that is certain', async () => {
    const [slowId, quickId] = [await room.order(), await room.order()];
    const before = await follow((seen) => seen.length === 2);
    const after = before.at(-1)?.place ?? BEGINNING;
    const slow = await tellSlowly(slowId);
    await tell(quickId);
    expect(await readEventFeed(room.database, { channel: null, after, limit: 10 })).toEqual([]);
    await slow.finish();
    const seen = await follow((all) => all.length === 2, { from: after });
    expect(seen.map(({ type }) => type)).toEqual(['told.slowly', 'told.quickly']);
  });

  test('never sees the event of a change that was rolled back', async () => {
    const orderId = await room.order();
    const broken = changeOrder(room.database, orderId, async (transaction) => {
      await prepared(
        transaction,
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
    const [first, second] = [await room.order(), await room.order()].sort() as [string, string];
    for (const orderId of [first, second]) {
      await room.reserve(orderId);
      await room.begin(orderId);
    }
    const scan = (orderId: string) => ({
      eventId: `scan-${orderId}`,
      shipmentId: shipmentId(orderId, 1),
      status: 'in_transit' as const,
      at: '2026-01-01T12:00:00Z',
    });
    // One has the second order, another is next in line for it, then comes the carrier, who has the first one already.
    const holder = await tellSlowly(second);
    const nextInLine = tell(second);
    await room.untilWaiting(1);
    const carrier = receiveCarrierEvents(room.database, 'sandbox', [scan(first), scan(second)]);
    await room.untilWaiting(2);
    await Promise.all([holder.finish(), nextInLine, carrier]);
    const seen = await follow((all) => all.length >= 8);
    expect(sequences(seen).map((numbers) => numbers.join())).toEqual(
      firstSeen(seen).map((orderId) => (orderId === first ? '1,2,3' : '1,2,3,4,5')),
    );
  });
});

describe('the feed', () => {
  test('of one channel holds the events of that channel alone', async () => {
    const orderId = await room.order();
    expect(names(await follow((seen) => seen.length === 1, { channel: 'web' }))).toEqual([`${orderId} 1`]);
    expect(await readEventFeed(room.database, { channel: 'marketplace', after: BEGINNING, limit: 10 })).toEqual([]);
  });

  test('from its end holds what is told from then on, and nothing older', async () => {
    const orderId = await room.order();
    await follow((seen) => seen.length === 1);
    const end = await readFeedEnd(room.database);
    expect(await readEventFeed(room.database, { channel: null, after: end, limit: 10 })).toEqual([]);
    await tell(orderId);
    expect(names(await follow((seen) => seen.length === 1, { from: end }))).toEqual([`${orderId} 2`]);
  });

  test('from its end misses nothing of a transaction that was open then', async () => {
    const orderId = await room.order();
    await follow((seen) => seen.length === 1);
    const slow = await tellSlowly(orderId);
    const end = await readFeedEnd(room.database);
    await slow.finish();
    expect(names(await follow((seen) => seen.length === 1, { from: end }))).toEqual([`${orderId} 2`]);
  });

  test('of one order goes on after a number', async () => {
    const orderId = await room.order();
    for (let count = 0; count < 4; count += 1) await tell(orderId);
    const read = async (after: number, limit: number) =>
      (await readOrderEvents(room.database, { orderId, after, limit })).map(({ sequence }) => sequence);
    expect(await read(0, 100)).toEqual([1, 2, 3, 4, 5]);
    expect(await read(2, 2)).toEqual([3, 4]);
    expect(await read(5, 10)).toEqual([]);
  });
});
