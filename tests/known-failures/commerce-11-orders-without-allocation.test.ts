/**
 * Saleor (commerce 2.11: saleor #5334, PR #17170): one or two of a hundred orders are placed and have no units allocated; and a
 * warehouse whose stock is below zero keeps the others from selling theirs.
 * Here: an order is confirmed with the allocation of each of its units or not at all, in one transaction; and a place that can
 * promise nothing counts as nothing, never as less.
 */
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 30 });
});
afterEach(() => room.close());

test('of two hundred orders at once each that is served has every unit allocated, and each unit one order', async () => {
  for (const location of ['loc-1', 'loc-2', 'loc-3']) {
    await room.stock('CUP', 60, { location });
    await room.stock('BOWL', 45, { location });
  }
  const ids = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      room.order(free({ sku: n % 2 === 0 ? 'CUP' : 'BOWL', quantity: 1 + (n % 3) }, { sku: 'CUP', quantity: 1 })),
    ),
  );
  const served = (await Promise.all(ids.map((orderId) => room.reserve(orderId)))).filter(
    ({ snapshot }) => snapshot.status === 'ready_to_ship',
  );
  expect(served.length).toBeGreaterThan(50);
  expect(
    await room.rows(
      `SELECT l.order_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.status = 'ready_to_ship'
         AND l.quantity <> (SELECT coalesce(sum(quantity), 0) FROM allocations WHERE line_id = l.id AND state = 'allocated')`,
    ),
  ).toEqual([]);
  expect(await room.findDrift()).toEqual([]);
});

test('a place that is inside its safety stock keeps no other place from selling', async () => {
  await room.stock('CUP', 5, { location: 'loc-1', safetyStock: 50 });
  await room.stock('CUP', 10, { location: 'loc-2' });
  const { snapshot } = await room.reserve(await room.order(free({ sku: 'CUP', quantity: 10 })));
  expect(snapshot.status).toBe('ready_to_ship');
  expect(await room.level('CUP', 'loc-2')).toEqual({ onHand: 10, reserved: 10 });
});
