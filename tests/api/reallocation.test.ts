import { createInventoryActivities } from '../../activities/inventory';
import { createReallocationActivities } from '../../activities/reallocation';
import type { ActivityDependencies } from '../../activities';
import { createContractClient } from '../support/contractClient';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import { startTestWorker } from '../support/testWorker';

let api: TestApi;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  api = await startTestApi();
  // Only the runs are worked on here: what orders need besides is not called.
  const dependencies = { database: api.database } as unknown as ActivityDependencies;
  worker = await startTestWorker(api.config.TASK_QUEUE, dependencies, {
    activities: createReallocationActivities({ database: api.database }),
  });
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await api.close();
});
beforeEach(() => api.database.raw('DELETE FROM reallocation_classes'));

interface Body {
  id: string;
  status: string;
  gaining: number;
  losing: number;
  data: Record<string, unknown>[];
  nextCursor: string | null;
  [name: string]: unknown;
}
type Answer = { status: number; body: Body };
const post = async (path: string, body: object, headers = {}): Promise<Answer> =>
  (await api.ops.post(`/v1/reallocation${path}`, { body, headers })) as unknown as Answer;
const get = async (path: string): Promise<Answer> =>
  (await api.ops.get(`/v1/reallocation${path}`)) as unknown as Answer;
async function completed(body: object, headers = {}): Promise<Body> {
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

describe('the classes of orders', () => {
  it('are said, said anew, listed as they are looked at, in pages, and taken back', async () => {
    const rules = [
      { channel: 'shop', minimumPriority: 5, class: 'win' },
      { channel: 'shop', minimumPriority: -5, class: 'fill' },
      { channel: 'web', class: 'lose' },
      { minimumPriority: 0, class: 'keep' },
      { class: 'lose' },
    ];
    for (const rule of [...rules].reverse())
      expect(await post('/classes', rule)).toMatchObject({ status: 200, body: rule });
    expect(await post('/classes', { channel: 'web', class: 'fill' })).toMatchObject({
      body: { channel: 'web', minimumPriority: null, class: 'fill', updatedBy: 'key:ops' },
    });
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(`/classes?limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ channel, minimumPriority, class: of }) => [channel, minimumPriority, of]));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([
      ['shop', 5, 'win'],
      ['shop', -5, 'fill'],
      ['web', null, 'fill'],
      [null, 0, 'keep'],
      [null, null, 'lose'],
    ]);
    for (const path of ['/classes?channel=shop&minimumPriority=-5', '/classes']) {
      expect((await api.ops.delete(`/v1/reallocation${path}`)).status).toBe(204);
      expect((await api.ops.delete(`/v1/reallocation${path}`)).status).toBe(404);
    }
    expect((await get('/classes')).body.data).toHaveLength(3);
  });

  it('are kept once under one Idempotency-Key', async () => {
    const headers = newKey();
    const first = await post('/classes', { class: 'lose' }, headers);
    await post('/classes', { class: 'win' });
    expect((await post('/classes', { class: 'lose' }, headers)).body).toEqual(first.body);
    expect((await get('/classes')).body.data).toMatchObject([{ class: 'win' }]);
  });

  it.each([
    [{ class: 'perhaps' }, '/class'],
    [{ class: 'win', channel: 'No Channel' }, '/channel'],
    [{ class: 'win', minimumPriority: 1.5 }, '/minimumPriority'],
  ])('are not %j', async (rule, pointer) => {
    expect(await post('/classes', rule)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe('a run', () => {
  it('says what each order had and gets', async () => {
    await api.database.raw(`UPDATE items SET shortage = 'backorder'`);
    const { rows } = await api.database.raw<{ rows: [{ sku: string; units: number }] }>(
      `SELECT sku, sum(available)::int AS units FROM stock_levels WHERE available > 0 GROUP BY sku ORDER BY 2 LIMIT 1`,
    );
    const [{ sku, units }] = rows;
    const place = async () => {
      const line = { sku, quantity: Math.min(units, 999), unitPrice: 100 };
      const { body } = await api.channel.post('/v1/orders', { body: shopOrder({ lines: [line] }), headers: newKey() });
      const orderId = String(body.id);
      await createInventoryActivities({ database: api.database }).reserveStock({ orderId });
      return orderId;
    };
    const loser = await place();
    const winner = await place();
    await api.database.raw('UPDATE orders SET priority = 7 WHERE id = ?', [winner]);
    await post('/classes', { minimumPriority: 7, class: 'win' });
    await post('/classes', { class: 'lose' });

    const run = await completed({ sku, dryRun: true });
    expect(run).toMatchObject({ sku, dryRun: true, requestedBy: 'key:ops', gaining: 1, losing: 1 });
    const { body: all } = await get(`/runs/${run.id}/lines?sku=${sku}`);
    expect(all.data).toMatchObject([
      { orderId: loser, class: 'lose', givenUp: null },
      { orderId: winner, class: 'win', priority: 7, gives: [] },
    ]);
    const [lost, won] = all.data as { had: number; gets: number }[] as [
      { had: number; gets: number },
      { had: number; gets: number },
    ];
    expect(lost.had - lost.gets).toBe(won.gets - won.had);
    expect(won.gets).toBeGreaterThan(won.had);
    const first = await get(`/runs/${run.id}/lines?limit=1`);
    const second = await get(`/runs/${run.id}/lines?limit=1&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...second.body.data]).toEqual(all.data);
    expect(second.body.nextCursor).toBeNull();
  });

  it('is started once under one Idempotency-Key', async () => {
    const headers = newKey();
    const first = await completed({}, headers);
    expect(first).toMatchObject({ sku: null, dryRun: false });
    expect((await post('/runs', {}, headers)).body.id).toBe(first.id);
    expect((await completed({})).id).not.toBe(first.id);
  });

  it('is not of an item that is none, and is not there if it never was', async () => {
    expect(await post('/runs', { sku: 'NO-SUCH' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/sku' }] },
    });
    for (const path of ['', '/lines']) expect((await get(`/runs/rea_${'0'.repeat(32)}${path}`)).status).toBe(404);
  });

  it('is not for channels', async () => {
    const client = createContractClient(api.url, api.secrets.channel);
    expect((await client.post('/v1/reallocation/runs', { body: {} })).status).toBe(403);
    expect((await client.post('/v1/reallocation/classes', { body: { class: 'win' } })).status).toBe(403);
  });

  it('is refused while Temporal is away, to be tried again, and is not on record', async () => {
    const lonely = await startTestApi({ settings: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    try {
      const reply = await lonely.ops.post('/v1/reallocation/runs', { body: {} });
      expect([reply.status, reply.body.code]).toEqual([503, 'dependency_unavailable']);
      const { rows } = await lonely.database.raw<{ rows: object[] }>('SELECT id FROM reallocation_runs');
      expect(rows).toEqual([]);
    } finally {
      await lonely.close();
    }
  });
});
