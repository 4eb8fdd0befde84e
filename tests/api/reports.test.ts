import { createContractClient } from '../support/contractClient';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const past = (sku: string, daysAgo: number, units: number, reason: string) =>
    api.database.raw(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor, at)
       VALUES (?, 'berlin', ?, 0, ?, 'test', now() - ?::int * interval '24 hours')`,
      [sku, units, reason, daysAgo],
    );
  await api.database
    .raw(`UPDATE items SET category = 'wear', unit_cost = 500, cost_currency = 'EUR', lead_time_days = 40
    WHERE sku IN ('CAP-NAVY', 'HOODIE-GRY-M')`);
  // 900 on hand, and 450 more that came and left before: 30 a day over the 15 days since the ledger began.
  await api.database.raw(`INSERT INTO items (sku, name) VALUES ('SOLD', 'Sold well'), ('LYING', 'Lying about')`);
  for (const [sku, onHand] of [
    ['SOLD', 450],
    ['LYING', 30],
  ] as const) {
    await api.database.raw(`INSERT INTO stock_levels (sku, location, on_hand) VALUES (?, 'berlin', ?)`, [sku, onHand]);
  }
  await past('SOLD', 15, 900, 'received');
  await past('SOLD', 10, -300, 'shipped');
  await past('SOLD', 5, -150, 'shipped');
  await past('LYING', 100, 20, 'received');
  await past('LYING', 50, 10, 'received');
  await api.database
    .raw(`UPDATE items SET category = 'test', unit_cost = 200, cost_currency = 'EUR', lead_time_days = 20
    WHERE sku IN ('SOLD', 'LYING')`);
  await api.database.raw(`INSERT INTO stock_lots (sku, location, lot, expires_on, on_hand)
    VALUES ('LYING', 'berlin', 'L1', current_date + 3, 8), ('LYING', 'berlin', 'L2', current_date + 2, 5)`);
});
afterAll(() => api.close());

interface Row {
  sku: string;
  location: string;
  lot?: string;
  [name: string]: unknown;
}
const report = async (path: string): Promise<Row[]> =>
  (await api.ops.get(`/v1/reports/${path}`)).body.data as unknown as Row[];

describe('reports', () => {
  it('of stockout risk give what is left in days against the lead time', async () => {
    expect(await report('stockout-risk?category=test')).toEqual([
      {
        ...{ sku: 'SOLD', name: 'Sold well', category: 'test', location: 'berlin' },
        ...{ position: 450, onHand: 450, reserved: 0, incoming: 0, backorders: 0, nextExpectedAt: null },
        ...{ demandPerDay: 30, daysLeft: 15, leadTimeDays: 20 },
      },
    ]);
    await api.database.raw(`UPDATE items SET lead_time_days = 14 WHERE sku = 'SOLD'`);
    expect(await report('stockout-risk?category=test')).toEqual([]);
    expect(await report('stockout-risk?category=test&marginDays=1')).toHaveLength(1);
  });

  it('of overstock give the excess, how long it lasts and what it is worth', async () => {
    for (const sku of ['SOLD', 'LYING'])
      await api.ops.post('/v1/replenishment/rules', {
        body: { sku, location: 'berlin', policy: { type: 'min_max', min: 5, max: 15 } },
      });
    const [lying, sold] = await report('overstock?category=test');
    expect(sold).toMatchObject({
      maxUnits: 15,
      excess: 435,
      demandPerDay: 30,
      excessDays: 14.5,
      value: 87_000,
      currency: 'EUR',
    });
    expect(lying).toMatchObject({ maxUnits: 15, excess: 15, demandPerDay: 0, excessDays: null, value: 3_000 });
  });

  it('of dead stock and of age give how long it has lain', async () => {
    expect(await report('dead-stock?category=test&idleDays=60')).toMatchObject([
      { sku: 'LYING', onHand: 30, idleDays: 100, lastOutAt: null, value: 6_000 },
    ]);
    expect(await report('stock-ageing?sku=LYING')).toMatchObject([
      { onHand: 30, upTo30: 0, upTo60: 10, upTo90: 0, over90: 20, oldestDays: 100, value: 6_000 },
    ]);
    for (const row of await report('stock-ageing?limit=200'))
      expect(Number(row.upTo30) + Number(row.upTo60) + Number(row.upTo90) + Number(row.over90)).toBe(row.onHand);
  });

  it('of expiring lots give those first that have to leave first', async () => {
    expect(await report('expiring?sku=LYING&withinDays=3')).toMatchObject([
      { lot: 'L2', onHand: 5, value: 1_000, daysLeft: 2 },
      { lot: 'L1', daysLeft: 3 },
    ]);
    expect(await report('expiring?sku=LYING&withinDays=2')).toHaveLength(1);
    expect(await report('expiring?category=wear')).toEqual([]);
  });

  it('come in pages, and a cursor is of its own report and filter', async () => {
    const all = (await report('stock-ageing?limit=200')).map(({ sku, location }) => `${sku} ${location}`);
    const seen: string[] = [];
    let kept = '';
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await api.ops.get(`/v1/reports/stock-ageing?limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ sku, location }) => `${sku} ${location}`));
      kept = cursor || kept;
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(all);
    for (const other of ['dead-stock?', 'stock-ageing?location=berlin&'])
      expect((await api.ops.get(`/v1/reports/${other}cursor=${kept}`)).status).toBe(422);
    const { body } = await api.ops.get('/v1/reports/expiring?sku=LYING&limit=1');
    const next = await api.ops.get(`/v1/reports/expiring?sku=LYING&limit=1&cursor=${body.nextCursor}`);
    expect(next.body.data).toMatchObject([{ lot: 'L1' }]);
    expect(next.body.nextCursor).toBeNull();
  });

  it('are for ops and admin, not for channels', async () => {
    const channel = createContractClient(api.url, api.secrets.channel);
    for (const path of ['stockout-risk', 'overstock', 'dead-stock', 'stock-ageing', 'expiring']) {
      expect((await channel.get(`/v1/reports/${path}`)).status).toBe(403);
      expect((await api.admin.get(`/v1/reports/${path}`)).status).toBe(200);
    }
  });

  it.each(['stockout-risk?windowDays=0', 'dead-stock?idleDays=x', 'expiring?withinDays=-1', 'overstock?nonsense=1'])(
    'refuse %s',
    async (path) => {
      expect((await api.ops.get(`/v1/reports/${path}`)).status).toBe(422);
    },
  );
});
