import { newKey } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const create = (body: object, headers: Record<string, string> = {}) => api.ops.post('/v1/items', { body, headers });
const change = (sku: string, body: object) => api.ops.post(`/v1/items/${sku}`, { body });
const faultsOf = (reply: Awaited<ReturnType<typeof create>>) => [
  reply.status,
  reply.body.errors.map(({ pointer, message }) => `${pointer} ${message}`),
];

describe('the catalogue', () => {
  it('takes an item with all its fields, and shows it', async () => {
    const fields = {
      ...{ name: 'Jam, 250 g', category: 'food', packSize: 12, leadTimeDays: 9, tracking: 'lot', shortage: 'partial' },
      ...{ unitCost: { amount: 145, currency: 'EUR' }, availableFrom: '2027-03-01T08:00:00.000Z' },
      minimumLifeDays: 14,
    };
    const made = await create({ sku: 'JAM-250', ...fields });
    expect([made.status, made.headers.get('location')]).toEqual([201, '/v1/items/JAM-250']);
    expect(made.body).toMatchObject({ sku: 'JAM-250', ...fields, components: [], version: 1 });
    expect((await api.ops.get('/v1/items/JAM-250')).body).toEqual(made.body);
  });

  it('fills in what is not said', async () => {
    const { body } = await create({ sku: 'PLAIN', name: 'Plain' });
    expect(body).toMatchObject({
      ...{ category: null, packSize: 1, leadTimeDays: 0, unitCost: null, tracking: 'none', shortage: null },
      ...{ availableFrom: null, minimumLifeDays: 0, components: [], version: 1 },
    });
  });

  it('has each SKU once; a repeat under one key gets the first answer', async () => {
    const headers = newKey();
    const first = await create({ sku: 'ONCE', name: 'Once' }, headers);
    const repeat = await create({ sku: 'ONCE', name: 'Once' }, headers);
    expect([first.status, repeat.status, repeat.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    const again = await create({ sku: 'ONCE', name: 'Another' });
    expect([again.status, again.body.code]).toEqual([409, 'already_exists']);
    const racing = await Promise.all(Array.from({ length: 8 }, () => create({ sku: 'RACE', name: 'Race' })));
    expect(racing.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });

  it('changes the fields that are sent and no other, at the version that was meant', async () => {
    await create({ sku: 'VERSIONED', name: 'Old', category: 'x', unitCost: { amount: 5, currency: 'EUR' } });
    const changed = await change('VERSIONED', { name: 'New', unitCost: null, expectedVersion: 1 });
    expect(changed.body).toMatchObject({ name: 'New', category: 'x', unitCost: null, version: 2 });
    const stale = await change('VERSIONED', { name: 'Newer', expectedVersion: 1 });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    expect(stale.body.detail).toBe('the item VERSIONED is at version 2; read it again and decide anew');
    expect((await change('NOT-THERE', { name: 'x' })).status).toBe(404);
    expect((await api.ops.get('/v1/items/NOT-THERE')).status).toBe(404);
  });

  it.each([
    [{ name: 'no SKU' }, '/sku'],
    [{ sku: 'no spaces', name: 'x' }, '/sku'],
    [{ sku: 'X', name: '' }, '/name'],
    [{ sku: 'X', name: 'x', packSize: 0 }, '/packSize'],
    [{ sku: 'X', name: 'x', unitCost: { amount: 1, currency: 'ABC' } }, '/unitCost/currency'],
    [{ sku: 'X', name: 'x', tracking: 'serial' }, '/tracking'],
    [{ sku: 'X', name: 'x', minimumLifeDays: -1 }, '/minimumLifeDays'],
    [{ sku: 'X', name: 'x', shortage: 'pray' }, '/shortage'],
    [{ sku: 'X', name: 'x', availableFrom: 'tomorrow' }, '/availableFrom'],
    [{ sku: 'X', name: 'x', availableFrom: '0000-01-01T00:00:00Z' }, '/availableFrom'],
    [{ sku: 'X', name: 'x', availableFrom: '2027-01-01T00:00:00+99:59' }, '/availableFrom'],
    [{ sku: 'X', name: 'x', weight: 1 }, '/weight'],
  ])('refuses %j', async (body, pointer) => {
    const reply = await create(body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('is listed in pages, by some of a name or SKU, by category, and kits apart', async () => {
    for (const sku of ['LIST-A', 'LIST-B', 'LIST-C']) await create({ sku, name: `Listed ${sku}`, category: 'listed' });
    await create({ sku: 'LIST-KIT', name: '100% cotton_set', components: [{ sku: 'LIST-A', quantity: 2 }] });
    const skusOf = async (query: string) => (await api.ops.get(`/v1/items?${query}`)).body.data.map(({ sku }) => sku);
    expect(await skusOf('category=listed')).toEqual(['LIST-A', 'LIST-B', 'LIST-C']);
    expect(await skusOf('q=list-b')).toEqual(['LIST-B']);
    expect(await skusOf('q=0%25%20COTTON_')).toEqual(['LIST-KIT']);
    expect(await skusOf('q=list&kit=true')).toEqual(['LIST-KIT']);
    expect(await skusOf('q=list&kit=false')).toEqual(['LIST-A', 'LIST-B', 'LIST-C']);
    const first = (await api.ops.get('/v1/items?category=listed&limit=2')).body;
    expect(await skusOf(`category=listed&limit=2&cursor=${first.nextCursor}`)).toEqual(['LIST-C']);
    expect((await api.ops.get('/v1/items?kit=perhaps')).status).toBe(422);
  });
});

describe('a kit', () => {
  beforeAll(async () => {
    for (const sku of ['CUP', 'SAUCER', 'STOCKED']) await create({ sku, name: sku });
    await api.ops.post('/v1/stock/adjustments', {
      body: { sku: 'STOCKED', location: 'berlin', delta: 3, reason: 'found' },
    });
    await create({ sku: 'TEA-SET', name: 'Tea set', components: [{ sku: 'CUP', quantity: 4 }] });
  });

  it('has components, which change as a whole', async () => {
    const components = [
      { sku: 'CUP', quantity: 6 },
      { sku: 'SAUCER', quantity: 6 },
    ];
    expect((await change('TEA-SET', { components })).body).toMatchObject({ components, version: 2 });
    expect((await change('TEA-SET', { name: 'Set' })).body).toMatchObject({ components, version: 3 });
  });

  it.each<[string, object, string]>([
    [
      'a component that is no item',
      { components: [{ sku: 'NOTHING', quantity: 1 }] },
      '/components/0/sku is not in the catalogue',
    ],
    ['itself', { components: [{ sku: 'BOX', quantity: 1 }] }, '/components/0/sku is the kit itself'],
    [
      'a kit',
      {
        components: [
          { sku: 'CUP', quantity: 1 },
          { sku: 'TEA-SET', quantity: 1 },
        ],
      },
      '/components/1/sku is a kit: name its components instead',
    ],
    [
      'the same twice',
      {
        components: [
          { sku: 'CUP', quantity: 1 },
          { sku: 'CUP', quantity: 1 },
        ],
      },
      '/components/1/sku is named twice: add up its quantities',
    ],
    [
      'lots',
      { tracking: 'lot', components: [{ sku: 'CUP', quantity: 1 }] },
      '/tracking must be none: a kit has no stock of its own',
    ],
  ])('does not have %s', async (_what, fields, fault) => {
    expect(faultsOf(await create({ sku: 'BOX', name: 'Box', ...fields }))).toEqual([422, [fault]]);
    expect((await api.ops.get('/v1/items/BOX')).status).toBe(404);
  });

  it('is not made of an item with stock, nor of a component of another kit', async () => {
    expect(faultsOf(await change('STOCKED', { components: [{ sku: 'CUP', quantity: 1 }] }))).toEqual([
      ...[422, ['/components must be empty: the item has stock of its own, or orders wait for it']],
    ]);
    expect(faultsOf(await change('CUP', { components: [{ sku: 'STOCKED', quantity: 1 }] }))).toEqual([
      ...[422, ['/components must be empty: the item is a component of TEA-SET']],
    ]);
  });

  it('has no stock of its own', async () => {
    const reply = await api.ops.post('/v1/stock/adjustments', {
      body: { sku: 'TEA-SET', location: 'berlin', delta: 1, reason: 'found' },
    });
    expect(faultsOf(reply)).toEqual([422, ['/sku is a kit']]);
  });

  it('of two that would be made of each other at once is one', async () => {
    for (const sku of ['PAIR-A', 'PAIR-B']) await create({ sku, name: sku });
    const replies = await Promise.all([
      change('PAIR-A', { components: [{ sku: 'PAIR-B', quantity: 1 }] }),
      change('PAIR-B', { components: [{ sku: 'PAIR-A', quantity: 1 }] }),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});

describe('how an item is tracked', () => {
  it('changes while it has no stock, and not any more when it has', async () => {
    await create({ sku: 'TRACK', name: 'Track' });
    expect((await change('TRACK', { tracking: 'lot' })).body).toMatchObject({ tracking: 'lot' });
    const move = (delta: number) =>
      api.ops.post('/v1/stock/adjustments', {
        body: { sku: 'TRACK', location: 'berlin', delta, lot: 'L1', reason: 'found' },
      });
    expect((await move(2)).status).toBe(200);
    const refused = await change('TRACK', { tracking: 'none' });
    expect([refused.status, refused.body.code]).toEqual([409, 'illegal_transition']);
    await move(-2);
    expect((await change('TRACK', { tracking: 'none' })).status).toBe(200);
  });

  it('and a first delivery at the same time never leave units without a lot', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sku = `TRACK-${round}`;
      await create({ sku, name: sku });
      const [changed, moved] = await Promise.all([
        change(sku, { tracking: 'lot' }),
        api.ops.post('/v1/stock/adjustments', { body: { sku, location: 'berlin', delta: 1, reason: 'found' } }),
      ]);
      expect([changed.status, moved.status].filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    }
  });
});
