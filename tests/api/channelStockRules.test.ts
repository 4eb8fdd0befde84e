import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const PATH = '/v1/channel-stock-rules';
interface Rule {
  sku: string | null;
  bufferUnits: number | null;
  shortage: string | null;
}
const list = async (query: string) => {
  const { body } = await api.ops.get(`${PATH}?${query}`);
  return { data: body.data as unknown as Rule[], nextCursor: body.nextCursor as string | null };
};
const put = (body: object) => api.ops.post(PATH, { body });
/** How many of an item an order of the channel could have now. */
const sellable = async (channel: string, sku: string): Promise<number> => {
  const body = { channel, destination: { country: 'DE' }, lines: [{ sku, quantity: 100_000 }] };
  const reply = await api.ops.post('/v1/sourcing:explain', { body });
  return 100_000 - Number((reply.body.short as { units: number }[])[0]?.units ?? 0);
};

describe('a rule about the stock of a channel', () => {
  it('keeps units back at each location: the largest of safety stock, units and share', async () => {
    expect(await sellable('shop', 'SOCKS-3PK')).toBe(6_000);
    expect((await put({ channel: 'shop', bufferUnits: 150, bufferPercent: 5 })).body).toMatchObject({
      ...{ channel: 'shop', sku: null, bufferUnits: 150, bufferPercent: 5, shortage: null, lowUnits: null },
      updatedBy: 'key:ops',
    });
    expect(await sellable('shop', 'SOCKS-3PK')).toBe(6_000 - 3 * 150);
    await put({ channel: 'shop', bufferUnits: 150, bufferPercent: 10 });
    expect(await sellable('shop', 'SOCKS-3PK')).toBe(6_000 - 3 * 200);
    expect(await sellable('web', 'SOCKS-3PK')).toBe(6_000);
  });

  it('for an item goes before the general one, field by field', async () => {
    await put({ channel: 'fields', bufferUnits: 100, bufferPercent: 50 });
    await put({ channel: 'fields', sku: 'SOCKS-3PK', bufferPercent: 0 });
    expect(await sellable('fields', 'SOCKS-3PK')).toBe(6_000 - 3 * 100);
    await put({ channel: 'fields', sku: 'SOCKS-3PK', bufferPercent: 0, bufferUnits: 0 });
    expect(await sellable('fields', 'SOCKS-3PK')).toBe(6_000);
  });

  it('takes the place of the one before it, and can be taken back', async () => {
    await put({ channel: 'back', bufferUnits: 1 });
    await put({ channel: 'back', bufferUnits: 2 });
    await put({ channel: 'back', sku: 'CAP-NAVY', shortage: 'backorder' });
    const { data } = await list('channel=back');
    expect(data.map((rule) => [rule.sku, rule.bufferUnits, rule.shortage])).toEqual([
      [null, 2, null],
      ['CAP-NAVY', null, 'backorder'],
    ]);
    expect((await api.ops.delete(`${PATH}?channel=back`)).status).toBe(204);
    expect((await api.ops.delete(`${PATH}?channel=back`)).status).toBe(404);
    expect((await api.ops.delete(`${PATH}?channel=back&sku=MUG-WHITE`)).body.detail).toBe(
      'back has no rule for MUG-WHITE',
    );
    expect((await list('channel=back')).data).toHaveLength(1);
    expect((await api.ops.delete(`${PATH}?channel=back&sku=CAP-NAVY`)).status).toBe(204);
  });

  it('is listed in pages', async () => {
    for (const sku of ['CAP-NAVY', 'TOTE-NAT', undefined]) await put({ channel: 'pages', bufferUnits: 1, sku });
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(`channel=pages&limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ sku }) => sku));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([null, 'CAP-NAVY', 'TOTE-NAT']);
  });

  it('put twenty times at once is one rule', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => put({ channel: 'once', bufferUnits: index })),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect((await list('channel=once')).data).toHaveLength(1);
  });

  it.each<[object, string]>([
    [{ channel: 'x' }, ''],
    [{ channel: 'x', bufferPercent: 101 }, '/bufferPercent'],
    [{ channel: 'x', bufferUnits: -1 }, '/bufferUnits'],
    [{ channel: 'x', shortage: 'hope' }, '/shortage'],
    [{ channel: 'x', lowUnits: 3 }, '/lowUnits'],
    [{ channel: 'x', lowUnits: 3, backUnits: 3 }, '/backUnits'],
    [{ channel: 'x', sku: 'NO-SUCH', bufferUnits: 1 }, '/sku'],
    [{ channel: 'X!', bufferUnits: 1 }, '/channel'],
  ])('is refused: %j', async (body, pointer) => {
    const reply = await put(body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });
});
