import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('availability', () => {
  it('tells a channel what it can promise, where it would come from, and by when', async () => {
    const expected = new Date(Date.now() + 2 * 86_400_000);
    await api.database.raw(
      `INSERT INTO expected_stock (document, line, sku, location, units, expected_at) VALUES ('po-1', 1, 'POSTER-LTD', 'berlin', 10, ?)`,
      [expected.toISOString()],
    );
    const date = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const reply = await api.channel.get(`/v1/availability?sku=POSTER-LTD&country=DE&quantity=8&date=${date}`);
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        ...{ sku: 'POSTER-LTD', channel: 'web', country: 'DE', quantity: 8, date, available: 5, availableAt: 15 },
        ...{ promisedAt: expected.toISOString(), availableFrom: null, from: [{ location: 'berlin', units: 5 }] },
      },
    ]);
  });

  it('of what nobody knows when it comes has no day', async () => {
    const { body } = await api.ops.get('/v1/availability?sku=JACKET-OLV-M&channel=web');
    expect(body).toMatchObject({
      channel: 'web',
      available: 0,
      date: null,
      availableAt: null,
      promisedAt: null,
      from: [],
    });
  });

  it('is for the channel of the key alone, but for operators', async () => {
    const other = await api.channel.get('/v1/availability?sku=MUG-WHITE&channel=marketplace');
    expect([other.status, other.body.detail]).toEqual([403, 'this key may ask for the channel web alone']);
    expect((await api.channel.get('/v1/availability?sku=MUG-WHITE&channel=web')).body.available).toBe(3_000);
    expect((await api.ops.get('/v1/availability?sku=MUG-WHITE&channel=marketplace')).body.available).toBe(3_000);
  });

  it.each([
    ['sku=NO-SUCH', 404, undefined],
    ['', 422, 'sku'],
    ['sku=MUG-WHITE&quantity=0', 422, 'quantity'],
    ['sku=MUG-WHITE&date=tomorrow', 422, 'date'],
    ['sku=MUG-WHITE&country=Germany', 422, 'country'],
    ['sku=MUG-WHITE&colour=red', 422, 'colour'],
  ])('with %p is answered with %i', async (query, status, pointer) => {
    const reply = await api.ops.get(`/v1/availability?${query}`);
    expect([reply.status, reply.body.errors?.[0]?.pointer]).toEqual([status, pointer]);
  });
});
