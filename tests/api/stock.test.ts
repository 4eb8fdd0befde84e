import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const adjust = (body: object) => api.ops.post('/v1/stock/adjustments', { body });
const change = { sku: 'CAP-NAVY', location: 'berlin', reason: 'count' };

describe('stock', () => {
  it('is shown by item and place, in pages', async () => {
    const poster = await api.ops.get('/v1/stock?sku=POSTER-LTD');
    expect(poster.body).toEqual({
      data: [
        {
          sku: 'POSTER-LTD',
          name: 'Poster, limited edition',
          location: 'berlin',
          onHand: 5,
          reserved: 0,
          picked: 0,
          damaged: 0,
          qualityHold: 0,
          available: 5,
          safetyStock: 0,
          incoming: 0,
        },
      ],
      nextCursor: null,
    });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await api.ops.get(`/v1/stock?location=berlin&limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map((level) => level.sku));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(8);
  });

  it('is adjusted with a line in the ledger that says who and why', async () => {
    const reply = await adjust({ ...change, delta: -3, document: 'COUNT-7' });
    expect([reply.status, reply.body.onHand]).toEqual([200, 897]);
    const ledger = await api.ops.get('/v1/stock/movements?document=COUNT-7');
    expect(ledger.body.data).toEqual([
      expect.objectContaining({
        sku: 'CAP-NAVY',
        location: 'berlin',
        onHandDelta: -3,
        reservedDelta: 0,
        reason: 'count',
        document: 'COUNT-7',
        actor: 'key:ops',
      }),
    ]);
  });

  it('is set only from the figure that was expected', async () => {
    const stale = await adjust({ ...change, location: 'madrid', setTo: 10, expected: 1 });
    expect([stale.status, stale.body.code]).toEqual([409, 'stock_conflict']);
    expect((await adjust({ ...change, location: 'madrid', setTo: 10, expected: 900 })).body.onHand).toBe(10);
  });

  it.each([
    [{ ...change, delta: 1, setTo: 1 }, 422, '/delta'],
    [change, 422, '/delta'],
    [{ ...change, delta: 1.5 }, 422, '/delta'],
    [{ ...change, sku: 'NO-SUCH', delta: 1 }, 422, '/sku'],
    [{ ...change, location: 'moon', delta: 1 }, 422, '/location'],
    [{ ...change, delta: 1, reason: '' }, 422, '/reason'],
  ])('is not adjusted by %j', async (body, status, pointer) => {
    const reply = await adjust(body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([status, pointer]);
  });

  it('never falls below zero', async () => {
    const reply = await adjust({ ...change, location: 'madrid', delta: -1_000 });
    expect([reply.status, reply.body.code]).toEqual([409, 'stock_conflict']);
  });

  it('has a ledger in pages, newest first, whose sum is the level', async () => {
    const deltas: number[] = [];
    const ids: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const reply = await api.ops.get(
        `/v1/stock/movements?sku=CAP-NAVY&location=berlin&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      const page = reply.body.data as unknown as { id: number; onHandDelta: number }[];
      deltas.push(...page.map((line) => line.onHandDelta));
      ids.push(...page.map((line) => line.id));
      cursor = reply.body.nextCursor;
    }
    const { body } = await api.ops.get('/v1/stock?sku=CAP-NAVY&location=berlin');
    expect(deltas.reduce((sum, delta) => sum + delta)).toBe(body.data[0]?.onHand);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
  });

  it('has buckets beside what is on hand, and a setting for what is kept back', async () => {
    const tote = { sku: 'TOTE-NAT', location: 'rotterdam', reason: 'inspected' };
    const before = (await api.ops.get('/v1/stock?sku=TOTE-NAT&location=rotterdam')).body.data[0]?.onHand ?? 0;
    expect((await adjust({ ...tote, bucket: 'damaged', delta: 3 })).body).toMatchObject({ onHand: before, damaged: 3 });
    expect((await adjust({ ...tote, bucket: 'qualityHold', setTo: 2, expected: 0 })).body).toMatchObject({
      qualityHold: 2,
    });
    expect((await adjust({ ...tote, bucket: 'safetyStock', setTo: 1 })).body).toMatchObject({
      ...{ safetyStock: 1, available: before - 3 - 2 - 1 },
    });
    const scrapped = await adjust({ ...tote, bucket: 'damaged', delta: -3, withOnHand: true, document: 'SCRAP-1' });
    expect(scrapped.body).toMatchObject({ onHand: before - 3, damaged: 0 });
    const ledger = await api.ops.get('/v1/stock/movements?document=SCRAP-1');
    expect(ledger.body.data).toEqual([
      expect.objectContaining({ onHandDelta: -3, damagedDelta: -3, qualityHoldDelta: 0, incomingDelta: 0, lot: null }),
    ]);
  });

  it('tells who changed the safety stock, from what to what', async () => {
    const socks = { sku: 'SOCKS-3PK', location: 'berlin', bucket: 'safetyStock' };
    for (const setTo of [4, 4, 9]) await adjust({ ...socks, setTo, reason: 'season', document: `PLAN-${setTo}` });
    const first = (await api.ops.get('/v1/stock/level-changes?sku=SOCKS-3PK&limit=1')).body;
    const rest = (await api.ops.get(`/v1/stock/level-changes?sku=SOCKS-3PK&limit=1&cursor=${first.nextCursor}`)).body;
    const shared = { sku: 'SOCKS-3PK', location: 'berlin', kind: 'safety_stock', reason: 'season', actor: 'key:ops' };
    expect([...first.data, ...rest.data]).toMatchObject([
      { ...shared, was: { safetyStock: 4 }, became: { safetyStock: 9 }, document: 'PLAN-9' },
      { ...shared, was: { safetyStock: 0 }, became: { safetyStock: 4 }, document: 'PLAN-4' },
    ]);
    expect(rest.nextCursor).toBeNull();
    expect((await api.ops.get('/v1/stock/level-changes?sku=SOCKS-3PK&location=madrid')).body.data).toEqual([]);
  });

  it.each([
    [{ ...change, bucket: 'reserved', delta: 1 }, '/bucket'],
    [{ ...change, delta: 1, withOnHand: true }, '/withOnHand'],
    [{ ...change, bucket: 'safetyStock', setTo: 1, lot: 'L' }, '/lot'],
    [{ ...change, delta: 1, expiresOn: '2027-01-01' }, '/expiresOn'],
    [{ ...change, delta: 1, lot: 'L', expiresOn: '01.01.2027' }, '/expiresOn'],
    [{ ...change, delta: 1, lot: 'L', expiresOn: '0000-01-01' }, '/expiresOn'],
    [{ ...change, delta: 1, lot: 'L' }, '/lot'],
  ])('has no bucket or lot like %j', async (body, pointer) => {
    const reply = await adjust(body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('has lots, listed in pages by their expiry', async () => {
    for (const sku of ['OIL', 'SOAP']) await api.ops.post('/v1/items', { body: { sku, name: sku, tracking: 'lot' } });
    const lots = [
      { sku: 'OIL', lot: 'B', expiresOn: '2027-06-30' },
      { sku: 'OIL', lot: 'A', expiresOn: '2027-01-31' },
      { sku: 'OIL', lot: 'GONE', expiresOn: '2027-01-01' },
      { sku: 'SOAP', lot: 'S' },
      { sku: 'OIL', lot: 'N' },
    ];
    for (const lot of lots) await adjust({ ...lot, location: 'berlin', delta: 2, reason: 'received' });
    await adjust({ sku: 'OIL', lot: 'GONE', location: 'berlin', delta: -2, reason: 'spoilt' });
    const lotsOf = async (query: string) =>
      (await api.ops.get(`/v1/stock/lots?${query}`)).body.data.map((lot) => (lot as unknown as { lot: string }).lot);
    expect(await lotsOf('location=berlin')).toEqual(['A', 'B', 'N', 'S']);
    expect(await lotsOf('sku=OIL&expiringBefore=2027-06-30')).toEqual(['A']);
    expect(await lotsOf('location=madrid')).toEqual([]);
    expect((await api.ops.get('/v1/stock/lots?expiringBefore=0000-01-01')).status).toBe(422);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await api.ops.get(`/v1/stock/lots?limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map((lot) => (lot as unknown as { lot: string }).lot));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(['A', 'B', 'N', 'S']);
    const { body } = await api.ops.get('/v1/stock/lots?sku=OIL&limit=1');
    expect(body.data[0]).toMatchObject({ expiresOn: '2027-01-31', onHand: 2, damaged: 0, qualityHold: 0 });
  });
});
