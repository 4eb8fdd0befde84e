import { up as giveLinesTimes } from '../../db/migrations/003_lines_by_time';
import { up as giveContactsTimes } from '../../db/migrations/004_contacts_by_time';
import { listOrders } from '../../db/orders/listOrders';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
});
afterAll(() => room.close());

const untimely = (table: 'order_lines' | 'order_contacts') =>
  room.rows(`SELECT o.id FROM ${table} t JOIN orders o ON o.id = t.order_id WHERE t.placed_at <> o.created_at`);
const page = (limit: number, after: { createdAtText: string; id: string } | null = null) =>
  listOrders(room.database, { visibleTo: null, sku: 'MUG' }, { newestFirst: true, after, limit });

test('lines and contacts have the time of their order, also those from before they had a time', async () => {
  await room.order(free({ sku: 'MUG', quantity: 1 }, { sku: 'CAP', quantity: 1 }));
  expect([await untimely('order_lines'), await untimely('order_contacts')]).toEqual([[], []]);
  await room.rows('CREATE INDEX order_lines_by_sku ON order_lines (sku, order_id)');
  await room.rows('CREATE INDEX order_contacts_by_email ON order_contacts (lower(email))');
  for (const table of ['order_lines', 'order_contacts']) await room.rows(`ALTER TABLE ${table} DROP COLUMN placed_at`);
  await giveLinesTimes(room.database);
  await giveContactsTimes(room.database);
  expect([await untimely('order_lines'), await untimely('order_contacts')]).toEqual([[], []]);
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
