import { readBacklog, readOpenOrders } from '../../db/readBacklog';
import { listOrders, type OrderFilter, type OrderPage } from '../../db/orders/listOrders';
import { readEventFeed } from '../../db/orders/readEvents';
import { free, openBackroom, type Backroom } from './backroom';
import { statementsOf } from '../support/statementsOf';

const ORDERS = 30_000;
const PAGE = 50;

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
  await room.stock('COMMON', 1);
  await room.rows(
    `INSERT INTO orders (id, reference, channel, fingerprint, status, previous_status, currency, items_total, shipping_total,
       discount_total, tax_total, grand_total, shipping_method, policy, request_id, created_at, closed_at)
     SELECT 'ord_' || lpad(to_hex(n), 32, '0'), 'R-' || n, CASE WHEN n % 10 = 0 THEN 'marketplace' ELSE 'web' END, '\\x00',
       s.status, s.status, 'EUR', 100, 0, 0, 0, 100, 'standard', '{}', 'req', timestamptz '2026-01-01' + n * interval '1 second',
       CASE WHEN s.status = 'completed' THEN now() END
     FROM generate_series(1, ?) n, LATERAL (SELECT CASE WHEN n % 1000 = 0 THEN 'needs_attention' ELSE 'completed' END) s(status)`,
    [ORDERS],
  );
  await room.rows(
    `INSERT INTO order_contacts (order_id, email, name, shipping_address, placed_at)
     SELECT id, CASE WHEN reference LIKE '%3' THEN 'often' ELSE 'c' || substr(reference, 3) END || '@example.com', 'C', '{}', created_at
       FROM orders`,
  );
  await room.rows(
    `INSERT INTO order_lines (id, order_id, position, sku, name, unit_price, quantity, placed_at)
     SELECT id || '_1', id, 1, CASE WHEN reference LIKE '%777' THEN 'RARE' WHEN reference LIKE '%7' THEN 'SOME' ELSE 'COMMON' END,
       'Item', 100, 1, created_at FROM orders`,
  );
  await room.rows(
    `INSERT INTO order_events (order_id, sequence, channel, type, status, actor)
     SELECT id, 1, channel, 'order.received', 'received', 'test' FROM orders`,
  );
  await room.rows(
    `INSERT INTO shipments (id, order_id, number, status, location, service, key, lines, tracking_number)
     SELECT id || '_s', id, 1, 'booked', 'loc-1', 'standard', id, '[]', 'TRACK-' || substr(reference, 3) FROM orders`,
  );
  await room.rows('VACUUM ANALYZE orders, order_contacts, order_lines, order_events, shipments');
});
afterAll(() => room.close());

interface Plan {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}
/** How many rows Postgres reads for it, of all tables; a bound on the time it takes that no busy machine can blur. */
async function rowsRead(work: () => Promise<unknown>): Promise<{ statements: number; rows: number }> {
  const statements = await statementsOf(room.database, work);
  let rows = 0;
  const visit = (plan: Plan): void => {
    const removed = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
    if (plan['Relation Name'] !== undefined) rows += (plan['Actual Rows'] + removed) * plan['Actual Loops'];
    plan.Plans?.forEach(visit);
  };
  for (const { sql, bindings } of statements) {
    const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${sql.replace(/\$\d+/g, '?')}`;
    const [row] = await room.rows<{ 'QUERY PLAN': [{ Plan: Plan }] }>(explain, bindings);
    if (row !== undefined) visit(row['QUERY PLAN'][0].Plan);
  }
  return { statements: statements.length, rows };
}

const list = (filter: Partial<OrderFilter>, page: Partial<OrderPage> = {}) =>
  listOrders(room.database, { visibleTo: null, ...filter }, { newestFirst: true, after: null, limit: PAGE, ...page });

describe(`a page of the list of ${ORDERS} orders`, () => {
  const after = { createdAtText: '2026-01-01 04:10:00+00', id: 'ord_' };
  const [from, to] = [new Date('2026-01-01T02:00:00Z'), new Date('2026-01-01T02:00:10Z')];
  test.each<[string, Partial<OrderFilter>, Partial<OrderPage>, number]>([
    ['the newest', {}, {}, PAGE],
    ['the oldest', {}, { newestFirst: false }, PAGE],
    ['from the middle on', {}, { after }, PAGE],
    ['of one channel', { visibleTo: 'marketplace' }, {}, PAGE],
    ['of one channel, from the middle on', { channel: 'marketplace' }, { after }, PAGE],
    ['of a common status', { status: ['completed'] }, { after }, PAGE],
    ['of a rare status', { status: ['needs_attention'] }, {}, 30],
    ['of a rare status in one channel', { status: ['needs_attention'], visibleTo: 'marketplace' }, {}, 30],
    ['of a customer', { customer: 'C12345@example.com' }, {}, 1],
    ['of a customer with each tenth order', { customer: 'often@example.com' }, { after }, PAGE],
    ['of a customer and an item', { customer: 'often@example.com', sku: 'COMMON' }, {}, PAGE],
    ['of a common SKU', { sku: 'COMMON' }, {}, PAGE],
    ['of a SKU in each tenth order', { sku: 'SOME' }, { after }, PAGE],
    ['of a SKU, the oldest first', { sku: 'SOME' }, { newestFirst: false }, PAGE],
    ['of a SKU in one channel', { sku: 'COMMON', visibleTo: 'web' }, {}, PAGE],
    ['of a rare SKU', { sku: 'RARE' }, {}, 30],
    ['of a reference', { reference: 'R-12345' }, {}, 1],
    ['of a time', { createdFrom: from, createdTo: to }, {}, 10],
    ['of a search for the beginning of a reference', { q: 'R-1234' }, {}, 11],
    ['of a search for what all references begin with', { q: 'R-' }, { after }, PAGE],
    ['of a search for a tracking number', { q: 'TRACK-12345' }, {}, 1],
    ['of a search for what is nowhere', { q: 'NOWHERE' }, {}, 0],
    ['of a search for an email address', { q: 'c12345@example.com' }, {}, 1],
    ['of a search for the address of each tenth order', { q: 'often@example.com' }, { newestFirst: false }, PAGE],
  ])('%s is one query, which reads little more than it shows', async (_what, filter, page, shown) => {
    expect(await list(filter, page)).toHaveLength(shown);
    const read = await rowsRead(() => list(filter, page));
    expect(read.statements).toBe(1);
    expect(read.rows).toBeLessThanOrEqual(20 * PAGE);
  });
});

test('a page of the feed of events reads about itself, wherever a consumer is', async () => {
  const [place] = await room.rows<{ transaction: number; position: number }>(
    'SELECT transaction::text::bigint AS transaction, position FROM order_events ORDER BY position LIMIT 1 OFFSET 15000',
  );
  const after = place ?? { transaction: 0, position: 0 };
  const read = await rowsRead(() => readEventFeed(room.database, { channel: null, after, limit: PAGE }));
  expect(read.statements).toBe(1);
  expect(read.rows).toBeLessThanOrEqual(2 * PAGE);
});

test('what is open and what waits is counted without a look at what is done', async () => {
  expect(await readOpenOrders(room.database)).toEqual([
    expect.objectContaining({ status: 'needs_attention', waitingFor: 'nothing', orders: 30, overdue: 0 }),
  ]);
  const read = await rowsRead(() => readOpenOrders(room.database));
  expect(read).toEqual({ statements: 1, rows: 30 });
  await room.rows('UPDATE orders SET workflow_started_at = now()');
  await room.rows('VACUUM ANALYZE orders');
  expect(await readBacklog(room.database)).toContainEqual({ queue: 'orders_to_start', items: 0, oldestSeconds: 0 });
  const backlog = await rowsRead(() => readBacklog(room.database));
  expect(backlog).toEqual({ statements: 1, rows: 0 });
});

test('each step of an order of 500 lines takes the same statements as one of a single line', async () => {
  const skus = Array.from({ length: 500 }, (_, index) => `SKU-${index}`);
  for (const sku of skus) await room.stock(sku, 10);
  const countFor = async (lines: number): Promise<number[]> => {
    const body = free(...skus.slice(0, lines).map((sku) => ({ sku, quantity: 1 })));
    const [kept, cancelled] = [await room.order(body), await room.order(body)];
    const counts: number[] = [];
    const count = async (step: () => Promise<unknown>) => counts.push((await statementsOf(room.database, step)).length);
    await count(() => room.reserve(kept));
    await count(() => room.begin(kept));
    await count(() => room.dispatch(kept));
    await count(() => room.deliver(kept));
    await room.reserve(cancelled);
    await count(() => room.cancel(cancelled));
    return counts;
  };
  const single = await countFor(1);
  expect(await countFor(500)).toEqual(single);
  expect(Math.max(...single)).toBeLessThanOrEqual(8);
  expect(await room.findDrift()).toEqual([]);
});
