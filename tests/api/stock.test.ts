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
});
