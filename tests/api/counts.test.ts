import type { ContractClient } from '../support/contractClient';
import { newKey } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
let manager: ContractClient;
beforeAll(async () => {
  api = await startTestApi();
  manager = await api.clientOf({ role: 'ops', channel: 'backoffice', name: 'manager' });
  await api.ops.post('/v1/items/MUG-WHITE', { body: { unitCost: { amount: 250, currency: 'EUR' } } });
});
afterAll(() => api.close());

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  api.ops.post(path, { body, headers });
const open = async (body: object = {}): Promise<string> =>
  (await post('/v1/counts', { location: 'berlin', skus: ['MUG-WHITE'], ...body })).body.id;
const onHand = async (): Promise<number> =>
  (await api.ops.get('/v1/stock?sku=MUG-WHITE&location=berlin')).body.data[0]?.onHand ?? -1;
const count = async (id: string, off: number) =>
  post(`/v1/counts/${id}/lines`, { lines: [{ sku: 'MUG-WHITE', counted: (await onHand()) + off }] });

describe('counts', () => {
  it('are opened, counted, submitted and approved by another key', async () => {
    const made = await post('/v1/counts', { location: 'berlin', skus: ['MUG-WHITE', 'CAP-NAVY'], note: 'monthly' });
    const path = `/v1/counts/${made.body.id}`;
    expect([made.status, made.headers.get('location')]).toEqual([201, path]);
    expect(made.body).toMatchObject({ status: 'open', lines: 2, counted: 0, toleranceUnits: 0, toleranceValue: null });
    const before = await onHand();
    await count(made.body.id, -2);
    expect((await post(`${path}/submit`)).body.detail).toBe('count these first: CAP-NAVY');
    await post(`${path}/lines`, { lines: [{ sku: 'CAP-NAVY', counted: 1 }] });
    const submitted = await post(`${path}/submit`);
    expect(submitted.body).toMatchObject({ status: 'awaiting_approval', submittedBy: 'key:ops', counted: 2 });
    const own = await post(`${path}/approve`);
    expect([own.status, own.body.code]).toEqual([403, 'forbidden']);
    expect(await onHand()).toBe(before);
    const approved = await manager.post(`${path}/approve`, { body: { note: 'looked myself' } });
    expect(approved.body).toMatchObject({ status: 'posted', decidedBy: 'key:manager', decisionNote: 'looked myself' });
    expect(await onHand()).toBe(before - 2);
    expect((await api.ops.get(path)).body).toEqual(approved.body);
    const lines = (await api.ops.get(`${path}/lines?limit=1`)).body;
    expect(lines.data).toEqual([
      expect.objectContaining({ sku: 'CAP-NAVY', lot: null, counted: 1, countedBy: 'key:ops' }),
    ]);
    const rest = (await api.ops.get(`${path}/lines?limit=1&cursor=${lines.nextCursor}`)).body;
    expect(rest.data).toEqual([expect.objectContaining({ sku: 'MUG-WHITE', counted: before - 2, onHand: before })]);
  });

  it.each([
    ['within both tolerances', 2, 'posted'],
    ['worth more than the tolerance', 3, 'awaiting_approval'],
  ])('off by what is %s', async (_what, off, status) => {
    const before = await onHand();
    const id = await open({ toleranceUnits: 5, toleranceValue: { amount: 500, currency: 'EUR' } });
    await count(id, off);
    expect((await post(`/v1/counts/${id}/submit`)).body.status).toBe(status);
    expect(await onHand()).toBe(status === 'posted' ? before + off : before);
  });

  it('are posted once for one Idempotency-Key', async () => {
    const id = await open({ toleranceUnits: 5 });
    const before = await onHand();
    await count(id, 1);
    const headers = newKey();
    const replies = [];
    for (let turn = 0; turn < 2; turn += 1) replies.push(await post(`/v1/counts/${id}/submit`, {}, headers));
    expect(replies.map(({ status, body }) => [status, body.status])).toEqual([
      [200, 'posted'],
      [200, 'posted'],
    ]);
    expect(await onHand()).toBe(before + 1);
    expect((await post(`/v1/counts/${id}/submit`)).status).toBe(409);
  });

  it('are rejected with a note', async () => {
    const id = await open();
    await count(id, -1);
    expect((await post(`/v1/counts/${id}/reject`)).status).toBe(422);
    expect((await post(`/v1/counts/${id}/reject`, { note: 'wrong shelf' })).body).toMatchObject({ status: 'rejected' });
  });

  it.each([
    [{ location: 'moon' }, '/location'],
    [{ skus: [] }, '/skus'],
    [{ skus: ['MUG-WHITE', 'MUG-WHITE'] }, '/skus'],
    [{ skus: ['NOTHING'] }, '/skus/0'],
    [{ toleranceUnits: -1 }, '/toleranceUnits'],
    [{ toleranceValue: { amount: 1 } }, '/toleranceValue/currency'],
  ])('are not opened with %j', async (body, pointer) => {
    const reply = await post('/v1/counts', { location: 'berlin', skus: ['MUG-WHITE'], ...body });
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('take each item once in one request', async () => {
    const id = await open();
    const line = { sku: 'MUG-WHITE', counted: 1 };
    const reply = await post(`/v1/counts/${id}/lines`, { lines: [line, line] });
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, '/lines']);
  });

  it('are listed in pages, newest first, by status and place', async () => {
    const ids = [await open(), await open()].reverse();
    const idsOf = async (query: string) => (await api.ops.get(`/v1/counts?${query}`)).body.data.map(({ id }) => id);
    expect((await idsOf('status=open&location=berlin')).slice(0, 2)).toEqual(ids);
    expect(await idsOf('location=madrid')).toEqual([]);
    const first = (await api.ops.get('/v1/counts?status=open&limit=1')).body;
    expect((await idsOf(`status=open&limit=1&cursor=${first.nextCursor}`))[0]).toBe(ids[1]);
  });

  it('that are none are not found', async () => {
    const path = `/v1/counts/cnt_${'0'.repeat(32)}`;
    expect((await api.ops.get(path)).status).toBe(404);
    expect((await api.ops.get(`${path}/lines`)).status).toBe(404);
    expect((await post(`${path}/lines`, { lines: [{ sku: 'MUG-WHITE', counted: 1 }] })).status).toBe(404);
    expect((await post(`${path}/reject`, { note: 'x' })).status).toBe(404);
    for (const step of ['submit', 'approve']) expect((await post(`${path}/${step}`)).status).toBe(404);
  });
});
