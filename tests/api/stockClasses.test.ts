import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const item = async (sku: string, cost: number | null, currency: string | null, shipped: number[]) => {
    await api.database.raw(
      `INSERT INTO items (sku, name, category, unit_cost, cost_currency) VALUES (?, ?, 'classes', ?, ?)`,
      [sku, sku, cost, currency],
    );
    await api.database.raw(`INSERT INTO stock_levels (sku, location, on_hand) VALUES (?, 'berlin', 0)`, [sku]);
    const total = shipped.reduce((sum, units) => sum + units, 0);
    const moves = [[total, 'received', shipped.length], ...shipped.map((units, day) => [-units, 'shipped', day + 1])];
    for (const [units, reason, daysAgo] of moves.filter(([units]) => units !== 0))
      await api.database.raw(
        `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor, at)
         VALUES (?, 'berlin', ?, 0, ?, 'test', now() - ?::int * interval '24 hours')`,
        [sku, units ?? 0, reason ?? '', daysAgo ?? 0],
      );
  };
  // Turned over: 800, 150, 50 and nothing in EUR; 10 in USD.
  await item('MOST', 100, 'EUR', [2, 2, 2, 2]);
  await item('SOME', 50, 'EUR', [0, 2, 0, 1]);
  await item('LITTLE', 10, 'EUR', [0, 5, 0, 0]);
  await item('NOTHING', 10, 'EUR', []);
  await item('DOLLAR', 10, 'USD', [1]);
  await item('FREE', null, null, [1, 1]);
});
afterAll(() => api.close());

const report = async (query = '') =>
  (await api.ops.get(`/v1/reports/stock-classes?category=classes${query}`)).body as unknown as {
    data: { sku: string; abc: string; xyz: string; value: number | null }[];
    nextCursor: string | null;
  };

describe('the report of stock classes', () => {
  it('ranks what turned over, each currency by itself, and says how steady it is', async () => {
    expect((await report()).data.map(({ sku, abc, xyz, value }) => [sku, abc + xyz, value])).toEqual([
      ['DOLLAR', 'AX', 10],
      ['FREE', 'CX', null],
      ['LITTLE', 'CZ', 50],
      ['MOST', 'AX', 800],
      ['NOTHING', 'CZ', 0],
      ['SOME', 'BZ', 150],
    ]);
  });

  it('gives the same classes page by page', async () => {
    const seen: unknown[] = [];
    let cursor = '';
    for (;;) {
      const page = await report(`&limit=2${cursor}`);
      seen.push(...page.data);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(seen).toEqual((await report()).data);
  });

  it('is for those that may read reports', async () => {
    expect((await api.channel.get('/v1/reports/stock-classes')).status).toBe(403);
  });
});
