import { newKey } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const plan = { from: 'berlin', to: 'madrid', lines: [{ sku: 'MUG-WHITE', quantity: 5 }] };
const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  api.ops.post(path, { body, headers });
const planned = async (): Promise<string> => (await post('/v1/transfers', plan)).body.id;
const incomingAt = async (location: string) =>
  (await api.ops.get(`/v1/stock?sku=MUG-WHITE&location=${location}`)).body.data[0]?.incoming;

describe('transfers', () => {
  it('are planned, shipped, received and read', async () => {
    const made = await post('/v1/transfers', { ...plan, note: 'for the fair' });
    expect([made.status, made.headers.get('location')]).toEqual([201, `/v1/transfers/${made.body.id}`]);
    expect(made.body).toMatchObject({ ...plan, status: 'draft', note: 'for the fair', createdBy: 'key:ops' });
    const shipped = await post(`/v1/transfers/${made.body.id}/ship`);
    expect([shipped.status, shipped.body.status, await incomingAt('madrid')]).toEqual([200, 'shipped', 5]);
    const body = { lines: [{ number: 1, received: 3 }], short: true, shortReason: 'two were broken' };
    const received = await post(`/v1/transfers/${made.body.id}/receive`, body);
    expect(received.body).toMatchObject({ status: 'received_short', shortReason: 'two were broken' });
    expect(await incomingAt('madrid')).toBe(0);
    expect((await api.ops.get(`/v1/transfers/${made.body.id}`)).body).toEqual(received.body);
    const ledger = await api.ops.get(`/v1/stock/movements?document=${made.body.id}`);
    expect(ledger.body.data).toContainEqual(
      expect.objectContaining({ incomingDelta: -2, reason: 'transfer_short', lot: null }),
    );
  });

  it('move once for one Idempotency-Key', async () => {
    const id = await planned();
    const headers = newKey();
    const first = await post(`/v1/transfers/${id}/ship`, {}, headers);
    const repeat = await post(`/v1/transfers/${id}/ship`, {}, headers);
    expect([first.status, repeat.status, repeat.headers.get('idempotency-replayed')]).toEqual([200, 200, 'true']);
    expect(repeat.body).toEqual(first.body);
    const again = await post(`/v1/transfers/${id}/ship`);
    expect([again.status, again.body.code]).toEqual([409, 'illegal_transition']);
  });

  it('are cancelled before they are shipped', async () => {
    const id = await planned();
    expect((await post(`/v1/transfers/${id}/cancel`)).body).toMatchObject({ status: 'cancelled' });
    expect((await post(`/v1/transfers/${id}/ship`)).status).toBe(409);
  });

  it.each([
    [{ ...plan, to: 'berlin' }, '/to'],
    [{ ...plan, to: 'moon' }, '/to'],
    [{ ...plan, from: 'moon' }, '/from'],
    [{ ...plan, lines: [] }, '/lines'],
    [{ ...plan, lines: [{ sku: 'MUG-WHITE', quantity: 0 }] }, '/lines/0/quantity'],
    [
      {
        ...plan,
        lines: [
          { sku: 'MUG-WHITE', quantity: 1 },
          { sku: 'NOTHING', quantity: 1 },
        ],
      },
      '/lines/1/sku',
    ],
    [{ ...plan, lines: [{ sku: 'MUG-WHITE', quantity: 1, lot: 'L' }] }, '/lines/0/lot'],
  ])('are not planned as %j', async (body, pointer) => {
    const reply = await post('/v1/transfers', body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('do not move kits', async () => {
    await post('/v1/items', { sku: 'MUG-SET', name: 'Mugs', components: [{ sku: 'MUG-WHITE', quantity: 2 }] });
    const reply = await post('/v1/transfers', { ...plan, lines: [{ sku: 'MUG-SET', quantity: 1 }] });
    expect([reply.status, reply.body.errors[0]?.message]).toEqual([422, 'is a kit: name its components instead']);
  });

  it.each<[object, number, string | undefined]>([
    [{ lines: [] }, 422, '/lines'],
    [{ lines: [{ number: 1, received: 0 }] }, 422, '/lines'],
    [{ lines: [], short: true }, 422, '/shortReason'],
    [{ lines: [{ number: 1, received: 1 }], shortReason: 'x' }, 422, '/shortReason'],
    [{ lines: [{ number: 1, received: 6 }] }, 409, undefined],
    [{ lines: [{ number: 2, received: 1 }] }, 409, undefined],
  ])('are not received as %j', async (body, status, pointer) => {
    const id = await planned();
    await post(`/v1/transfers/${id}/ship`);
    const reply = await post(`/v1/transfers/${id}/receive`, body);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([status, pointer]);
  });

  it('are listed in pages, newest first, by status, place and item', async () => {
    const ids = [await planned(), await planned(), await planned()].reverse();
    const idsOf = async (query: string) => (await api.ops.get(`/v1/transfers?${query}`)).body.data.map(({ id }) => id);
    expect((await idsOf('status=draft')).slice(0, 3)).toEqual(ids);
    expect((await idsOf('from=berlin&to=madrid&sku=MUG-WHITE')).slice(0, 3)).toEqual(ids);
    expect(await idsOf('from=madrid')).toEqual([]);
    expect(await idsOf('sku=CAP-NAVY')).toEqual([]);
    const first = (await api.ops.get('/v1/transfers?status=draft&limit=2')).body;
    expect((await idsOf(`status=draft&limit=2&cursor=${first.nextCursor}`))[0]).toBe(ids[2]);
  });

  it('that are none are not found', async () => {
    const path = `/v1/transfers/trf_${'0'.repeat(32)}`;
    expect((await api.ops.get(path)).status).toBe(404);
    for (const step of ['ship', 'cancel']) expect((await post(`${path}/${step}`)).status).toBe(404);
    expect((await post(`${path}/receive`, { lines: [{ number: 1, received: 1 }] })).status).toBe(404);
  });
});
