/**
 * Vendure (commerce 2.1: vendure #1355, #1738, #3508) checked the stock in one transaction and allocated it in another: buyers in
 * between were all told yes, units were sold twice, and some paid orders silently had less allocated than ordered.
 * Here: the check and the reservation are one statement that locks the rows and repeats its condition on what it finds there,
 * with a CHECK of the database behind it. Of N buyers of k units exactly k get one, and an order has all its units or none.
 */
import { reserveStock } from '../../db/inventory/reserveStock';
import { changeOrder } from '../../db/orders/changeOrder';
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(() => room.close());

const one = (sku: string) => free({ sku, quantity: 1 });

/** A rival that has reserved, and not yet committed: exactly where a check of somebody else would still see the old stock. */
async function reserveHalfway(orderId: string): Promise<{ end(how: 'commit' | 'rollback'): Promise<void> }> {
  let decide: (how: 'commit' | 'rollback') => void = () => undefined;
  const decided = new Promise<'commit' | 'rollback'>((resolve) => (decide = resolve));
  return new Promise((begun) => {
    const rival = changeOrder(room.database, orderId, async (transaction) => {
      await reserveStock(transaction, orderId, 'test');
      begun({ end: async (how) => (decide(how), await rival) });
      if ((await decided) === 'rollback') throw new Error('the rival gives up');
      return { events: [{ type: 'stock.reserved' }] };
    }).then(
      () => undefined,
      () => undefined,
    );
  });
}

describe('the last unit, which a rival has reserved but not committed', () => {
  test('is not sold again: whoever asks waits for the rival, and is then told no', async () => {
    await room.stock('LAST', 1);
    const [rivalId, buyerId] = [await room.order(one('LAST')), await room.order(one('LAST'))];
    const rival = await reserveHalfway(rivalId);
    const buyer = room.reserve(buyerId);
    await room.untilWaiting(1);
    await rival.end('commit');
    expect((await buyer).snapshot).toMatchObject({ status: 'rejected', fulfilmentStatus: 'unfulfilled' });
    expect(await room.level('LAST')).toEqual({ onHand: 1, reserved: 1 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('goes to the one who waits when the rival gives up', async () => {
    await room.stock('LAST', 1);
    const [rivalId, buyerId] = [await room.order(one('LAST')), await room.order(one('LAST'))];
    const rival = await reserveHalfway(rivalId);
    const buyer = room.reserve(buyerId);
    await room.untilWaiting(1);
    await rival.end('rollback');
    expect((await buyer).snapshot.status).toBe('ready_to_ship');
    expect(await room.level('LAST')).toEqual({ onHand: 1, reserved: 1 });
  });

  test('sends whoever asks to another location that has one', async () => {
    await room.stock('LAST', 1, { location: 'loc-1' });
    await room.stock('LAST', 1, { location: 'loc-2' });
    const [rivalId, buyerId] = [await room.order(one('LAST')), await room.order(one('LAST'))];
    const rival = await reserveHalfway(rivalId);
    const buyer = room.reserve(buyerId);
    await room.untilWaiting(1);
    await rival.end('commit');
    expect((await buyer).snapshot.status).toBe('ready_to_ship');
    expect(await room.level('LAST', 'loc-2')).toEqual({ onHand: 1, reserved: 1 });
  });
});

test('of 60 buyers of 20 units exactly 20 get one, and no order has less than it asked for', async () => {
  await room.stock('RUSH', 20);
  const orderIds = await Promise.all(Array.from({ length: 60 }, () => room.order(one('RUSH'))));
  await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  expect(await room.rows('SELECT status, count(*) FROM orders GROUP BY status ORDER BY status')).toEqual([
    { status: 'ready_to_ship', count: 20 },
    { status: 'rejected', count: 40 },
  ]);
  const halves = `SELECT l.id FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE l.allocated <> CASE o.status WHEN 'rejected' THEN 0 ELSE l.quantity END`;
  expect(await room.rows(halves)).toEqual([]);
  expect(await room.findDrift()).toEqual([]);
});
