import { up as giveTimes } from '../../db/migrations/003_lines_by_time';
import { listOrders } from '../../db/orders/listOrders';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
});
afterAll(() => room.close());

const untimely = () =>
  room.rows('SELECT l.id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.placed_at <> o.created_at');
const page = (limit: number, after: { createdAtText: string; id: string } | null = null) =>
  listOrders(room.database, { visibleTo: null, sku: 'MUG' }, { newestFirst: true, after, limit });

test('a line has the time of its order, also one from before lines had a time', async () => {
  await room.order(free({ sku: 'MUG', quantity: 1 }, { sku: 'CAP', quantity: 1 }));
  expect(await untimely()).toEqual([]);
  await room.rows('CREATE INDEX order_lines_by_sku ON order_lines (sku, order_id)');
  await room.rows('ALTER TABLE order_lines DROP COLUMN placed_at');
  await giveTimes(room.database);
  expect(await untimely()).toEqual([]);
});

test('an order that names an item in two lines is shown once, and pages miss and repeat nothing', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1)
    ids.push(
      await room.order(free({ sku: 'MUG', quantity: 1 }, { sku: 'CAP', quantity: 1 }, { sku: 'MUG', quantity: 2 })),
    );
  const all = (await page(10)).map(({ id }) => id);
  expect(all.slice(0, 4)).toEqual(ids.toReversed());
  expect(new Set(all).size).toBe(all.length);
  const paged: string[] = [];
  for (let last = (await page(1)).at(0); last !== undefined; last = (await page(1, last)).at(0)) paged.push(last.id);
  expect(paged).toEqual(all);
});
