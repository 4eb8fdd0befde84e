/**
 * Medusa and Saleor (commerce 2.26: medusa #15122, #14357, #6016, #4089, #7156, saleor #9961, #10165, PR #17086) send events beside
 * the transaction: "order.placed" goes out and the order is then taken back, a crash between the commit and the sending loses the
 * event, and a receiver is called before the row it is about can be read, or twice.
 * Here: an event is a row written in the transaction of the change it tells, numbered without a gap within its order. It is there
 * if and only if the change is; consumers read on from the place they know, and see each event once, after all that came before.
 */
import { connectDatabase } from '../../db/connection';
import { changeOrder } from '../../db/orders/changeOrder';
import { readEventFeed, readOrderEvents, type OrderEvent } from '../../db/orders/readEvents';
import { readOrder } from '../../db/orders/readOrder';
import { recordOrder } from '../../db/orders/recordOrder';
import { prepared } from '../../db/prepared';
import { newOrder, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('SHIRT', 5);
});
afterEach(() => room.close());

const eventsOf = (orderId: string) => readOrderEvents(room.database, { orderId, after: 0, limit: 100 });
const types = (events: readonly OrderEvent[]) => events.map((event) => event.type);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A consumer that starts over from the last place it has kept, as one does that crashes and comes back. */
async function consume(count: number, onEvent: (event: OrderEvent) => Promise<void> = async () => undefined) {
  const seen: OrderEvent[] = [];
  while (seen.length < count) {
    const after = seen.at(-1)?.place ?? { transaction: 0, position: 0 };
    for (const event of await readEventFeed(room.database, { channel: null, after, limit: 3 })) {
      await onEvent(event);
      seen.push(event);
    }
    await pause(5);
  }
  return seen;
}

test('an order that is taken back while it is made has told nobody anything', async () => {
  const broken = newOrder({ lines: [{ sku: 'SHIRT', quantity: 0, unitPrice: 100 }] });
  await expect(recordOrder(room.database, broken)).rejects.toThrow();
  expect(await eventsOf(broken.orderId)).toEqual([]);
  const orderId = await room.order();
  const undone = changeOrder(room.database, orderId, async (transaction) => {
    await prepared(transaction, `UPDATE order_lines SET cancelled = quantity WHERE order_id = ?`, [orderId]);
    throw new Error('taken back');
  });
  await expect(undone).rejects.toThrow('taken back');
  expect(types(await eventsOf(orderId))).toEqual(['order.received']);
});

test('a process that dies around its commit has either made the change and told it, or neither', async () => {
  for (let delay = 0; delay < 12; delay += 1) {
    const orderId = await room.order();
    const process = connectDatabase({ url: room.databaseUrl, poolSize: 1 });
    let killed: Promise<unknown> = Promise.resolve();
    const change = changeOrder(process, orderId, async (transaction) => {
      const { rows } = await prepared<{ rows: [{ pid: number }] }>(transaction, 'SELECT pg_backend_pid() AS pid');
      killed = pause(delay / 2).then(() => room.rows('SELECT pg_terminate_backend(?)', [rows[0].pid]));
      return { attention: 'look', events: [{ type: 'attention.raised' }], notify: [{ name: 'order_confirmed' }] };
    });
    await change.catch(() => undefined);
    await killed;
    await process.destroy();
    const order = await readOrder(room.database, orderId, null);
    const told = types(await eventsOf(orderId)).includes('attention.raised');
    const queued = await room.rows('SELECT 1 FROM notifications WHERE order_id = ?', [orderId]);
    expect([order?.attention, order?.version, queued.length]).toEqual(told ? ['look', 2, 1] : [null, 1, 0]);
  }
});

test('whoever is told of a change reads an order that has it already', async () => {
  const orderIds = await Promise.all(Array.from({ length: 10 }, () => room.order()));
  const late: string[] = [];
  const consumer = consume(20, async (event) => {
    const order = await readOrder(room.database, event.orderId, null);
    if (order === undefined || order.version < event.sequence) late.push(`${event.orderId} ${event.sequence}`);
  });
  await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  await consumer;
  expect(late).toEqual([]);
});

test('an order whose stock is gone is told as rejected, and at no moment as anything better', async () => {
  const orderIds = await Promise.all(Array.from({ length: 6 }, () => room.order()));
  await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  const seen = await consume(12);
  for (const orderId of orderIds) {
    const told = types(seen.filter((event) => event.orderId === orderId));
    const order = await readOrder(room.database, orderId, null);
    expect(told).toEqual(['order.received', order?.status === 'rejected' ? 'order.rejected' : 'stock.reserved']);
  }
  expect(types(seen).filter((type) => type === 'stock.reserved')).toHaveLength(2);
});

test('a step that runs three times tells its event once', async () => {
  const orderId = await room.order();
  await Promise.all([room.reserve(orderId), room.reserve(orderId), room.reserve(orderId)]);
  await Promise.all([room.cancel(orderId), room.cancel(orderId), room.cancel(orderId)]);
  const events = await eventsOf(orderId);
  expect(types(events)).toEqual(['order.received', 'stock.reserved', 'order.cancelled']);
  expect(events.map((event) => event.sequence)).toEqual([1, 2, 3]);
});
