import { createInventoryActivities } from '../../activities/inventory';
import { encodeCursor } from '../../api/http/cursor';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const RULE = {
  name: 'nearest',
  shipComplete: 'none',
  maxShipments: 3,
  criteria: [{ by: 'shipments' }, { by: 'same_country' }, { by: 'priority' }],
};
const create = (body: object, call: object = {}) =>
  api.admin.post('/v1/sourcing/strategies', { body: { channel: 'web', rules: [RULE], ...body }, ...call });
interface Version {
  channel: string;
  version: number;
  active: boolean;
}
const list = async (query: string) => {
  const { body } = await api.ops.get(`/v1/sourcing/strategies?${query}`);
  return { data: body.data as unknown as Version[], nextCursor: body.nextCursor as string | null };
};

describe('strategies', () => {
  it('get a version with each change, and are drafts until they are activated', async () => {
    const draft = await create({ channel: 'kiosk', comment: 'first try' });
    expect([draft.status, draft.body]).toMatchObject([
      201,
      {
        ...{ channel: 'kiosk', version: 1, rules: [RULE], comment: 'first try', active: false, createdBy: 'key:admin' },
      },
    ]);
    expect((await create({ channel: 'kiosk', activate: true })).body).toMatchObject({ version: 2, active: true });
    expect((await create({ channel: 'kiosk' })).body).toMatchObject({ version: 3, active: false });
    const active = await api.admin.post('/v1/sourcing/strategies/kiosk/1/activate');
    expect([active.status, active.body]).toMatchObject([200, { version: 1, active: true }]);
    const { data } = await list('channel=kiosk');
    expect(data.map(({ version, active: is }) => [version, is])).toEqual([
      [3, false],
      [2, false],
      [1, true],
    ]);
  });

  it('are listed in pages', async () => {
    for (const channel of ['page-a', 'page-b', 'page-b']) await create({ channel });
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(`limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ channel, version }) => `${channel} ${version}`));
      cursor = page.nextCursor;
    }
    expect(seen.filter((one) => String(one).startsWith('page'))).toEqual(['page-a 1', 'page-b 2', 'page-b 1']);
  });

  it('of twenty writers at once get twenty versions, and one of them is active', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create({ channel: 'busy', activate: index % 2 === 0 })),
    );
    expect(made.map(({ body }) => Number(body.version)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    const { data } = await list('channel=busy');
    expect(data.filter(({ active }) => active)).toHaveLength(1);
  });

  it('repeated under one key are one version', async () => {
    const call = { headers: newKey() };
    const [first, again] = [await create({ channel: 'twice' }, call), await create({ channel: 'twice' }, call)];
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await list('channel=twice')).data).toHaveLength(1);
  });

  it.each<[object, string, string]>([
    [{ rules: [] }, '/rules', 'must hold 1 entries at least'],
    [{ rules: [RULE, RULE] }, '/rules', 'must not hold two rules of one name'],
    [{ rules: [{ ...RULE, criteria: [] }] }, '/rules/0/criteria', 'must hold 1 entries at least'],
    [
      { rules: [{ ...RULE, criteria: [{ by: 'priority' }, { by: 'priority' }] }] },
      '/rules/0/criteria',
      'must not hold a criterion twice',
    ],
    [{ rules: [{ ...RULE, criteria: [{ by: 'moon' }] }] }, '/rules/0/criteria/0/by', ''],
    [{ rules: [{ ...RULE, maxShipments: 0 }] }, '/rules/0/maxShipments', 'must be 1 at least'],
    [
      { rules: [{ ...RULE, when: { minUnits: 5, maxUnits: 4 } }] },
      '/rules/0/when/maxUnits',
      'must not be less than `minUnits`',
    ],
    [{ rules: [{ ...RULE, when: { countries: ['XX'] } }] }, '/rules/0/when/countries/0', ''],
    [
      { rules: [{ ...RULE, when: { skus: ['MUG-WHITE', 'NO-SUCH'] } }] },
      '/rules/0/when/skus/1',
      'is not in the catalogue',
    ],
    [
      { rules: [RULE, { ...RULE, name: 'b', exclude: { locations: ['moon'] } }] },
      '/rules/1/exclude/locations/0',
      'is not a location',
    ],
    [{ rules: [{ ...RULE, weight: 3 }] }, '/rules/0/weight', 'is not known here'],
    [{ channel: 'No Channel' }, '/channel', 'must be 1 to 40 small letters, digits or dashes'],
  ])('are refused: %j', async (body, pointer, message) => {
    const reply = await create(body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
    expect(reply.body.errors[0]?.message).toContain(message);
  });

  it.each(['web/99', 'nobody/1', 'web/0', 'web/one'])('%s is not there to be activated', async (which) => {
    const reply = await api.admin.post(`/v1/sourcing/strategies/${which}/activate`);
    expect([reply.status, reply.body.code]).toEqual([404, 'not_found']);
  });
});

describe('a question where an order would be served from', () => {
  const ask = (body: object) =>
    api.ops.post('/v1/sourcing:explain', {
      body: { channel: 'asks', destination: { country: 'NL' }, lines: [{ sku: 'MUG-WHITE', quantity: 2 }], ...body },
    });

  it('is answered by priority where the channel has no strategy', async () => {
    const reply = await ask({});
    expect([reply.status, reply.body]).toMatchObject([
      200,
      {
        rule: 'as few shipments as possible',
        fulfilments: [{ location: 'berlin', lines: [{ line: 1, sku: 'MUG-WHITE', units: 2 }] }],
        short: [],
      },
    ]);
  });

  it('is answered by the active strategy, and by one that comes with it instead', async () => {
    await create({ channel: 'asks', activate: true });
    expect((await ask({})).body.fulfilments).toMatchObject([{ location: 'rotterdam' }]);
    const tried = await ask({ strategy: { rules: [{ ...RULE, exclude: { locations: ['rotterdam', 'berlin'] } }] } });
    expect(tried.body).toMatchObject({ rule: 'nearest', fulfilments: [{ location: 'madrid' }] });
    expect(tried.body.locations).toEqual([
      {
        ...{ location: 'madrid', eligible: true, chosen: true, why: 'gives 2 of 2 units', distanceKm: null },
        scores: { shipments: 1, same_country: 0, priority: 3 },
      },
      expect.objectContaining({ location: 'berlin', eligible: false, why: 'the rule excludes it' }),
      expect.objectContaining({ location: 'rotterdam', eligible: false, why: 'the rule excludes it' }),
    ]);
    expect((await list('channel=asks')).data).toHaveLength(1);
  });

  it('says what is short, line by line', async () => {
    const lines = [
      { sku: 'MUG-WHITE', quantity: 1 },
      { sku: 'POSTER-LTD', quantity: 7 },
    ];
    expect((await ask({ lines })).body.short).toEqual([{ line: 2, sku: 'POSTER-LTD', units: 2 }]);
  });

  it('reserves nothing', async () => {
    await ask({});
    const { body } = await api.ops.get('/v1/stock?sku=MUG-WHITE');
    expect(body.data.map(({ reserved }) => reserved)).toEqual([0, 0, 0]);
  });

  it.each<[object, string]>([
    [{ lines: [{ sku: 'NO-SUCH', quantity: 1 }] }, '/lines/0/sku'],
    [{ lines: [] }, '/lines'],
    [{ destination: { country: 'Holland' } }, '/destination/country'],
    [
      { destination: { country: 'NL', coordinates: { latitude: 91, longitude: 0 } } },
      '/destination/coordinates/latitude',
    ],
    [{ strategy: { rules: [{ ...RULE, exclude: { locations: ['moon'] } }] } }, '/strategy/rules/0/exclude/locations/0'],
  ])('is refused: %j', async (body, pointer) => {
    const reply = await ask(body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('has an address with a colon, which is taken by its word', async () => {
    expect((await api.ops.get('/v1/sourcing:explain')).status).toBe(405);
    expect((await api.ops.get('/v1/sourcing:other')).status).toBe(404);
  });
});

describe('the decisions about an order', () => {
  it('are listed with the last one first, in pages, and for operators alone', async () => {
    const { id } = (await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() })).body;
    await createInventoryActivities({ database: api.database }).reserveStock({ orderId: id });
    await api.database.raw(
      `INSERT INTO sourcing_decisions (order_id, attempt, decision) SELECT order_id, 2, decision FROM sourcing_decisions WHERE order_id = ?`,
      [id],
    );
    const first = await api.ops.get(`/v1/orders/${id}/sourcing?limit=1`);
    expect(first.body.data).toMatchObject([
      {
        ...{ attempt: 2, rejected: false, rule: 'as few shipments as possible', passedOver: [], short: [] },
        fulfilments: [{ number: 1, location: 'berlin', lines: [{ lineId: `lin_${id.slice(4)}_1` }] }],
      },
    ]);
    expect((first.body.data as unknown as { locations: object[] }[])[0]?.locations).toMatchObject([
      { location: 'berlin', eligible: true, chosen: true, scores: { shipments: 1, priority: 1 } },
      { location: 'rotterdam', chosen: false, why: 'another choice is better by priority' },
      { location: 'madrid', chosen: false },
    ]);
    const second = await api.ops.get(`/v1/orders/${id}/sourcing?limit=1&cursor=${first.body.nextCursor}`);
    expect([second.body.data, second.body.nextCursor]).toMatchObject([[{ attempt: 1 }], null]);
    expect((await api.channel.get(`/v1/orders/${id}/sourcing`)).status).toBe(403);
    expect((await api.ops.get(`/v1/orders/ord_${'0'.repeat(32)}/sourcing`)).status).toBe(404);
  });
});

it('a cursor that was made by hand is refused, and breaks nothing', async () => {
  const forged = encodeCursor('strategies:{}', ['web', Number.MAX_SAFE_INTEGER]);
  const reply = await api.ops.get(`/v1/sourcing/strategies?cursor=${forged}`);
  expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, 'cursor']);
});
