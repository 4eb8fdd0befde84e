/**
 * Vendure #1503, #226, #3225, Medusa #6607, #12964, Saleor #13743, #13810 (commerce 2.27): lists of orders take seconds as soon as there
 * are some thousands, since each row brings queries of its own and each page counts the table; an order of 200 lines takes five
 * seconds, and the more lines the more everything.
 * Here: a page is one query whatever its size, and as quick with 20,000 orders as with 1,000; an order of 500 lines is as
 * many steps as one of a single line.
 */
import { fillOrders } from '../../db/bench/fillOrders';
import type { ContractClient } from '../support/contractClient';
import { openShop, type Shop } from '../support/shop';
import { startTestApi, type TestApi } from '../support/testApi';
import { statementsOf } from '../support/statementsOf';

const FEW = 1_000;
const MANY = 20_000;
/** A page may take so many times as long with twenty times as many orders: noise of a busy machine, not growth. */
const MOST_GROWTH = 3;
const ROUNDS = 25;

const orderId = (n: number) => `ord_${n.toString(16).padStart(32, '0')}`;

describe('reading orders', () => {
  let small: TestApi;
  let api: TestApi;
  let ops: ContractClient;
  beforeAll(async () => {
    [small, api] = await Promise.all([startTestApi(), startTestApi()]);
    ops = api.ops;
    await fillOrders(small.database, { from: 1, to: FEW });
    await fillOrders(api.database, { from: 1, to: MANY });
  }, 90_000);
  afterAll(() => Promise.all([small.close(), api.close()]));

  const countQueries = async (path: string): Promise<number> => {
    await ops.get(path);
    // Not the first time: the key of the caller is known now.
    const queries = await statementsOf(api.database, async () => {
      const reply = await ops.get(path);
      expect(reply.status).toBe(200);
    });
    return queries.length;
  };
  const PAGES = {
    'the newest 50': '/v1/orders?limit=50',
    'the newest 200': '/v1/orders?limit=200',
    'one status': '/v1/orders?limit=50&status=completed',
    'a rare status': '/v1/orders?limit=20&status=rejected',
    'one channel': '/v1/orders?limit=50&channel=pos',
    // One order: the customer has twenty among many, and a fuller page takes longer for what it holds.
    'one customer': '/v1/orders?limit=1&customer=c7@example.com',
    'one SKU': '/v1/orders?limit=20&sku=SKU-42',
    'a reference': '/v1/orders?reference=BULK-500',
    'the beginning of a reference': '/v1/orders?limit=20&q=BULK-50',
    'an order': `/v1/orders/${orderId(500)}`,
    'its timeline': `/v1/orders/${orderId(500)}/events`,
  };
  /**
   * In milliseconds, the least of some rounds, in which the two take turns: whatever else a busy machine does can only add to a
   * time, and adds to both.
   */
  const measure = async (path: string): Promise<{ few: number; many: number }> => {
    const least = { few: Infinity, many: Infinity };
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const [which, client] of [['few', small.ops] as const, ['many', ops] as const]) {
        const since = performance.now();
        expect((await client.get(path)).status).toBe(200);
        least[which] = Math.min(least[which], performance.now() - since);
      }
    return least;
  };

  test.each([1, 20, 200])('a page of %i orders is one query', async (limit) => {
    expect(await countQueries(`/v1/orders?limit=${limit}`)).toBe(1);
    expect(await countQueries(`/v1/orders?limit=${limit}&status=completed&channel=web&sku=SKU-42`)).toBe(1);
  });

  test('an order is one query, and its timeline two', async () => {
    expect(await countQueries(`/v1/orders/${orderId(1)}`)).toBe(1);
    expect(await countQueries(`/v1/orders/${orderId(1)}/events`)).toBeLessThanOrEqual(2);
  });

  test('with 20,000 orders each page, search and read takes no more than three times as long as with 1,000', async () => {
    for (const [name, path] of Object.entries(PAGES)) {
      const { few, many } = await measure(path);
      // What takes two milliseconds may take four for no reason at all.
      const most = Math.max(few * MOST_GROWTH, 15);
      expect([name, few, many, many <= most]).toEqual([name, few, many, true]);
    }
  }, 90_000);

  test('the last of the pages through 20,000 orders is as quick as the first, and together they show each order once', async () => {
    const seen = new Set<string>();
    const times: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const since = performance.now();
      const { body } = await ops.get(`/v1/orders?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
      times.push(performance.now() - since);
      for (const order of body.data) seen.add(order.id);
      cursor = body.nextCursor;
    }
    expect([seen.size, times.length]).toEqual([MANY, MANY / 200]);
    expect(Math.min(...times.slice(-20))).toBeLessThan(Math.min(...times.slice(0, 20)) * MOST_GROWTH + 15);
  }, 90_000);
});

describe('an order of 500 lines', () => {
  const LINES = 500;
  const MOST_BYTES = 1_000_000;
  /** As many as any order may have, and two tasks that a busy machine lets time out, of three events each. */
  const MOST_EVENTS = 40 + 6;
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ waitMs: 60_000 });
    for (let index = 0; index < LINES; index += 1) await shop.world.stock(`LINE-${index}`, 10);
    await shop.move();
  }, 60_000);
  afterAll(() => shop.close());

  const complete = async (lines: { sku: string; quantity: number; unitPrice: number }[]) => {
    const since = performance.now();
    const orderId = await shop.place({ lines });
    const acceptedMs = performance.now() - since;
    const order = await shop.until(orderId, 'completed');
    const { raw } = await shop.world.handle(orderId).describe();
    const { historyLength, historySizeBytes } = raw.workflowExecutionInfo ?? {};
    return { order, acceptedMs, events: Number(historyLength), bytes: Number(historySizeBytes) };
  };

  test('is taken, reserved, paid for, shipped and completed in as many steps as one line, in a history far below its limit', async () => {
    const lines = Array.from({ length: LINES }, (_, index) => ({
      sku: `LINE-${index}`,
      quantity: 2,
      unitPrice: 100 + index,
    }));
    const large = await complete(lines);
    expect(large.order.lines).toHaveLength(LINES);
    expect(large.order.lines.every((line) => line.delivered === 2)).toBe(true);
    expect(large.order.totals.paid).toBe(lines.reduce((sum, line) => sum + 2 * line.unitPrice, 499));
    expect(large.events).toBeLessThanOrEqual(MOST_EVENTS);
    expect(large.bytes).toBeLessThan(MOST_BYTES);
    expect(large.acceptedMs).toBeLessThan(3_000);
    expect(await shop.stockOf('LINE-499')).toMatchObject({ onHand: 8, reserved: 0 });
  }, 90_000);
});
