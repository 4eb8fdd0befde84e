import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import type { ContractClient } from '../support/contractClient';
import { statementsOf } from '../support/statementsOf';

let api: TestApi;
let marketplace: ContractClient;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await startTestApi();
  marketplace = await api.clientOf({ role: 'channel', channel: 'marketplace' });
  const submit = async (name: string, client: ContractClient, changes: Parameters<typeof shopOrder>[0]) => {
    ids[name] = (await client.post('/v1/orders', { body: shopOrder(changes), headers: newKey() })).body.id;
  };
  await submit('first', api.channel, { reference: 'A%_1' });
  await submit('mug', api.channel, { reference: 'A-2', lines: [{ sku: 'MUG-WHITE', quantity: 1, unitPrice: 900 }] });
  await submit('grace', api.channel, { reference: 'B-1', customer: { email: 'Grace@Example.com', name: 'Grace' } });
  await submit('foreign', marketplace, { reference: 'A-2' });
  await api.database.raw(`UPDATE orders SET status = 'on_hold' WHERE id = ?`, [String(ids.mug)]);
  await api.database.raw(
    `INSERT INTO shipments (id, order_id, number, status, location, service, key, lines, tracking_number)
     VALUES ('shp_x', ?, 1, 'booked', 'berlin', 'standard', 'k', '[]', 'TRACK-77')`,
    [String(ids.grace)],
  );
});
afterAll(() => api.close());

const names = (data: { id: string }[]) =>
  data.map(({ id }) => Object.entries(ids).find(([, value]) => value === id)?.[0]);
const list = async (query: string, client = api.ops) => names((await client.get(`/v1/orders?${query}`)).body.data);

describe('GET /v1/orders', () => {
  it('shows the newest first, or the oldest', async () => {
    expect(await list('')).toEqual(['foreign', 'grace', 'mug', 'first']);
    expect(await list('sort=createdAt')).toEqual(['first', 'mug', 'grace', 'foreign']);
  });

  it('shows a channel its own orders alone, whatever it asks for', async () => {
    expect(await list('', api.channel)).toEqual(['grace', 'mug', 'first']);
    expect(await list('channel=marketplace', api.channel)).toEqual([]);
    expect(await list('reference=A-2', marketplace)).toEqual(['foreign']);
  });

  it.each([
    ['status=on_hold', ['mug']],
    ['status=on_hold,received', ['foreign', 'grace', 'mug', 'first']],
    ['paymentStatus=paid', []],
    ['fulfilmentStatus=unfulfilled&channel=web', ['grace', 'mug', 'first']],
    ['channel=marketplace', ['foreign']],
    ['customer=grace@EXAMPLE.com', ['grace']],
    ['sku=MUG-WHITE', ['mug']],
    ['reference=A-2', ['foreign', 'mug']],
    ['q=A', ['foreign', 'mug', 'first']],
    ['q=A%25_', ['first']],
    ['q=A%25', ['first']],
    ['q=grace@example.com', ['grace']],
    ['q=TRACK-77', ['grace']],
    ['q=TRACK', []],
    ['createdTo=2020-01-01T00:00:00Z', []],
    ['createdTo=2020-01-01', []],
    ['createdFrom=2020-01-01&sku=MUG-WHITE', ['mug']],
    ['createdFrom=2020-01-01T00:00:00%2B02:00&sku=MUG-WHITE', ['mug']],
  ])('finds by %s', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  it('finds by the id of an order', async () => {
    expect(await list(`q=${ids.grace}`)).toEqual(['grace']);
  });

  it('gives pages that neither repeat nor leave out an order, also while new ones come in', async () => {
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await api.channel.get(`/v1/orders?limit=1${cursor}`);
      seen.push(...names(body.data));
      if (seen.length === 1) await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() });
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toHaveLength(3);
    expect(seen.slice(-3)).toEqual(['grace', 'mug', 'first']);
  });

  it('refuses a cursor that was altered, or belongs to another query', async () => {
    const { nextCursor } = (await api.ops.get('/v1/orders?limit=1')).body as { nextCursor: string };
    const altered = nextCursor.slice(0, 30) + (nextCursor[30] === 'A' ? 'B' : 'A') + nextCursor.slice(31);
    const queries = [
      `cursor=${altered}`,
      `cursor=${nextCursor}&sort=createdAt`,
      `cursor=${nextCursor}&sku=X`,
      'cursor=x',
      'cursor=W10',
    ];
    for (const query of queries) {
      const reply = await api.ops.get(`/v1/orders?${query}`);
      expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, 'cursor']);
    }
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'status=lost',
    'createdFrom=yesterday',
    'createdFrom=2026-02-30',
    'createdFrom=0000-01-01T00:00:00Z',
    'colour=red',
    'sort=id',
    'q=%00',
    'q=',
    'status=on_hold&status=received',
  ])('refuses %s with 422 and the name of the parameter', async (query) => {
    const reply = await api.ops.get(`/v1/orders?${query}`);
    expect(reply.status).toBe(422);
    expect(reply.body.errors[0]?.pointer).toBe(query.split('=')[0]);
  });

  it('may be kept by the caller alone, and only to be asked for again', async () => {
    expect((await api.ops.get('/v1/orders')).headers.get('cache-control')).toBe('private, no-cache');
  });

  it('reads a page in one query', async () => {
    const statements = await statementsOf(api.database, () => api.ops.get('/v1/orders?limit=200'));
    expect(statements).toHaveLength(1);
  });
});

describe('GET /v1/orders/{id}', () => {
  it('answers 304 to whoever has this version', async () => {
    const first = await api.channel.get(`/v1/orders/${ids.first}`);
    const etag = first.headers.get('etag') ?? '';
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      expect((await api.channel.get(`/v1/orders/${ids.first}`, { headers: { 'if-none-match': tag } })).status).toBe(
        304,
      );
    }
    expect((await api.channel.get(`/v1/orders/${ids.first}`, { headers: { 'if-none-match': '"99"' } })).status).toBe(
      200,
    );
  });

  it.each(['ord_x', `ord_${'0'.repeat(32)}`, 'ord_%00', '..%2f..%2fetc', 'x'.repeat(300), '%F0%9F%98%80'])(
    'answers 404 for %s',
    async (id) => {
      expect((await api.ops.get(`/v1/orders/${id}`)).status).toBe(404);
    },
  );

  it('answers from Postgres for the live status while no worker runs', async () => {
    const reply = await api.channel.get(`/v1/orders/${ids.first}/status`);
    expect(reply.body).toMatchObject({ id: ids.first, status: 'received', source: 'database', version: 1 });
  });
});

describe('GET /v1/orders/{id}/events', () => {
  it('shows the timeline, in pages', async () => {
    const { body } = await api.channel.get(`/v1/orders/${ids.first}/events`);
    expect(body).toEqual({
      data: [expect.objectContaining({ orderId: ids.first, sequence: 1, type: 'order.received', actor: 'key:web' })],
      nextCursor: null,
    });
  });

  it('is one feed for all orders that the key may see, which can be followed by its cursors', async () => {
    const feed = async (client: ContractClient, cursor = '') =>
      (await client.get(`/v1/events?limit=2${cursor}`)).body as {
        data: { orderId: string; cursor: string }[];
        nextCursor: string;
      };
    expect((await feed(marketplace)).data.map((event) => event.orderId)).toEqual([ids.foreign]);
    const first = await feed(api.channel);
    const second = await feed(api.channel, `&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data].slice(0, 3).map((event) => event.orderId)).toEqual([
      ids.first,
      ids.mug,
      ids.grace,
    ]);
    expect((await feed(api.channel, `&cursor=${second.data.at(-1)?.cursor}`)).data).toEqual([]);
  });
});
