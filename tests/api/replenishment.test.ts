import { createReplenishmentActivities } from '../../activities/replenishment';
import type { ActivityDependencies } from '../../activities';
import { createContractClient } from '../support/contractClient';
import { newKey } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import { startTestWorker } from '../support/testWorker';

let api: TestApi;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  api = await startTestApi();
  // Only the runs are worked on here: what orders need is not called.
  const dependencies = { database: api.database } as unknown as ActivityDependencies;
  worker = await startTestWorker(api.config.TASK_QUEUE, dependencies, {
    activities: createReplenishmentActivities({ database: api.database }),
  });
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await api.close();
});

interface Body {
  id: string;
  status: string;
  quantity: number;
  purchaseOrderId: string;
  sku: string;
  location: string;
  data: Body[];
  nextCursor: string | null;
  explanation: { stock: { position: number }; summary: string };
  [name: string]: unknown;
}
type Answer = { status: number; body: Body; headers: Headers };
const post = async (path: string, body: object, headers = {}): Promise<Answer> =>
  (await api.ops.post(`/v1/replenishment${path}`, { body, headers })) as unknown as Answer;
const get = async (path: string): Promise<Answer> =>
  (await api.ops.get(`/v1/replenishment${path}`)) as unknown as Answer;
const rule = (changes: object = {}) => ({
  ...{ sku: 'CAP-NAVY', location: 'berlin', supplier: 'acme', unitCost: 450, currency: 'EUR' },
  policy: { type: 'min_max', min: 1_000, max: 1_500 },
  ...changes,
});
async function completed(body: object = {}, headers = {}): Promise<Body> {
  const started = await post('/runs', body, headers);
  expect(started.status).toBe(202);
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { body: run } = await get(`/runs/${started.body.id}`);
    if (run.status === 'completed') return run;
    if (Date.now() > deadline) throw new Error('the run does not end');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const suggested = async (sku: string): Promise<Body | undefined> => (await get(`/suggestions?sku=${sku}`)).body.data[0];
const opened = async (sku: string): Promise<Body> => {
  const found = await suggested(sku);
  if (found === undefined) throw new Error(`nothing is suggested for ${sku}`);
  return found;
};

describe('replenishment', () => {
  it('from a rule to a purchase order', async () => {
    expect(await post('/rules', rule({ policy: { type: 'min_max', min: 1, max: 2 } }))).toMatchObject({ status: 201 });
    const saved = await post('/rules', rule({ multiple: 12 }));
    expect(saved).toMatchObject({ status: 200, body: { maxUnits: 1_500, updatedBy: 'key:ops', leadTimeDays: null } });
    expect((await get('/rules?sku=CAP-NAVY&supplier=acme')).body.data).toEqual([saved.body]);

    const run = await completed({ windowDays: 30 });
    expect(run).toMatchObject({ requestedBy: 'key:ops', windowDays: 30, rules: 1, suggestions: 1 });
    const suggestion = await opened('CAP-NAVY');
    expect(suggestion).toMatchObject({ runId: run.id, quantity: 600, status: 'open' });
    expect(suggestion.explanation.stock.position).toBe(900);

    const approved = await post(`/suggestions/${suggestion.id}/approve`, {});
    expect(approved).toMatchObject({ status: 200, body: { status: 'approved', decidedBy: 'key:ops' } });
    const order = await api.ops.get(`/v1/purchase-orders/${approved.body.purchaseOrderId}`);
    expect(order.body).toMatchObject({ status: 'draft', total: 270_000, lines: [{ sku: 'CAP-NAVY', quantity: 600 }] });
    expect(await post(`/suggestions/${suggestion.id}/approve`, {})).toMatchObject({
      status: 409,
      body: { code: 'illegal_transition' },
    });
  });

  it('approves once under one Idempotency-Key', async () => {
    await post('/rules', rule({ sku: 'MUG-WHITE', policy: { type: 'min_max', min: 5_000, max: 5_000 } }));
    await completed();
    const { id } = await opened('MUG-WHITE');
    const headers = newKey();
    const first = await post(`/suggestions/${id}/approve`, { quantity: 10 }, headers);
    const again = await post(`/suggestions/${id}/approve`, { quantity: 10 }, headers);
    expect(again.body).toEqual(first.body);
    const lines = (await api.ops.get(`/v1/purchase-orders/${first.body.purchaseOrderId}`)).body.lines as {
      sku: string;
      quantity: number;
    }[];
    expect(lines.filter(({ sku }) => sku === 'MUG-WHITE')).toMatchObject([{ quantity: 10 }]);
  });

  it('starts one run under one Idempotency-Key', async () => {
    const headers = newKey();
    const first = await completed({}, headers);
    expect((await post('/runs', {}, headers)).body.id).toBe(first.id);
    expect((await completed({})).id).not.toBe(first.id);
  });

  it('dismisses, puts off, and withdraws with the rule', async () => {
    const saved = await post('/rules', rule({ sku: 'TOTE-NAT', policy: { type: 'min_max', min: 9_000, max: 9_000 } }));
    await completed();
    const dismissed = await post(`/suggestions/${(await opened('TOTE-NAT')).id}/dismiss`, {
      note: 'too dear',
      snoozeDays: 7,
    });
    expect(dismissed).toMatchObject({ status: 200, body: { status: 'dismissed', note: 'too dear' } });
    await completed();
    expect(await suggested('TOTE-NAT')).toBeUndefined();
    expect((await get('/suggestions?sku=TOTE-NAT&status=dismissed')).body.data).toEqual([dismissed.body]);
    expect((await api.ops.delete(`/v1/replenishment/rules/${saved.body.id}`)).status).toBe(204);
    expect((await api.ops.delete(`/v1/replenishment/rules/${saved.body.id}`)).status).toBe(404);
  });

  it('lists rules and suggestions in pages', async () => {
    for (const location of ['berlin', 'madrid', 'rotterdam'])
      await post('/rules', rule({ sku: 'SOCKS-3PK', location, policy: { type: 'min_max', min: 8_000, max: 8_000 } }));
    await completed();
    for (const list of ['/rules', '/suggestions']) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await get(`${list}?sku=SOCKS-3PK&limit=1${cursor && `&cursor=${cursor}`}`);
        seen.push(...body.data.map(({ location }) => location));
        cursor = body.nextCursor;
      }
      expect(seen).toEqual(['berlin', 'madrid', 'rotterdam']);
    }
  });

  it.each([
    [{ policy: { type: 'min_max', min: 5, max: 4 } }, '/policy/max'],
    [{ policy: { type: 'guess' } }, '/policy/type'],
    [{ unitCost: undefined }, '/currency'],
    [{ multiple: 0 }, '/multiple'],
    [{ serviceLevel: 1 }, '/serviceLevel'],
    [{ sku: 'NO-SUCH' }, '/sku'],
    [{ location: 'moon' }, '/location'],
  ])('has no rule with %j', async (changes, pointer) => {
    expect(await post('/rules', rule(changes))).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('knows no run and no suggestion that is none', async () => {
    expect((await get(`/runs/rpl_${'0'.repeat(32)}`)).status).toBe(404);
    expect((await post(`/suggestions/sug_${'0'.repeat(32)}/approve`, {})).status).toBe(404);
    expect((await post(`/suggestions/sug_${'0'.repeat(32)}/dismiss`, {})).status).toBe(404);
  });

  it('is not for channels', async () => {
    const client = createContractClient(api.url, api.secrets.channel);
    expect((await client.get('/v1/replenishment/suggestions')).status).toBe(403);
    expect((await client.post('/v1/replenishment/runs', { body: {} })).status).toBe(403);
  });
});

describe('a run while Temporal is away', () => {
  it('is refused, to be tried again', async () => {
    const lonely = await startTestApi({ settings: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    try {
      const reply = await lonely.ops.post('/v1/replenishment/runs', { body: {} });
      expect([reply.status, reply.body.code]).toEqual([503, 'dependency_unavailable']);
    } finally {
      await lonely.close();
    }
  });
});
