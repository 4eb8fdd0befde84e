import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import type { ContractClient } from '../support/contractClient';

let world: OrderWorld;
let api: TestApi;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 100);
  api = await startTestApi({ databaseUrl: world.databaseUrl, taskQueue: world.taskQueue });
}, 60_000);
afterAll(async () => {
  await api.close();
  await world.close();
});

const lines = [{ sku: 'SHIRT', quantity: 1, unitPrice: 1999 }];
const submit = (client: ContractClient, changes: Parameters<typeof shopOrder>[0] = {}) =>
  client.post('/v1/orders', { body: shopOrder({ lines, ...changes }), headers: { ...newKey(), prefer: 'wait=10' } });
const prioritise = (id: string, body: object, headers: Record<string, string> = newKey()) =>
  api.ops.post(`/v1/orders/${id}/priority`, { body, headers });
const priorityOf = async (id: string) => (await api.ops.get(`/v1/orders/${id}`)).body.priority;

describe('the priority that an order is submitted with', () => {
  it('is 0 where nothing is said, and stands in the order', async () => {
    const { body } = await submit(api.channel);
    expect([body.priority, await priorityOf(body.id)]).toEqual([0, 0]);
  });

  it.each([-9, 4])('may be %d by a channel', async (priority) => {
    const { status, body } = await submit(api.channel, { priority });
    expect([status, body.priority, await priorityOf(body.id)]).toEqual([201, priority, priority]);
  });

  it('is refused above that, and may be more by staff', async () => {
    const order = { priority: 5, reference: 'PRIO-1' };
    const refused = await submit(api.channel, order);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect(refused.body.detail).toContain('4 at most');
    const { status, body } = await submit(api.ops, { ...order, priority: 9 });
    expect([status, body.priority]).toEqual([201, 9]);
    const found = await world.database.raw<{ rows: unknown[] }>(
      `SELECT channel FROM orders WHERE reference = 'PRIO-1'`,
    );
    expect(found.rows).toHaveLength(1);
  });

  it.each([-10, 10, 1.5, '5'])('is refused as not valid: %p', async (priority) => {
    const { status, body } = await submit(api.ops, { priority: priority as number });
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/priority']);
  });

  it('is another order under the same reference', async () => {
    const given = { reference: 'PRIO-2' };
    expect((await submit(api.channel, given)).status).toBe(201);
    const { status, body } = await submit(api.channel, { ...given, priority: 1 });
    expect([status, body.code]).toEqual([409, 'reference_taken']);
  });
});

describe('POST /v1/orders/{id}/priority', () => {
  it('sets it, tells it on the timeline, and answers a repeat the same', async () => {
    const { id } = (await submit(api.channel)).body;
    const key = newKey();
    const first = await prioritise(id, { priority: 7 }, key);
    expect([first.status, first.body.priority]).toEqual([200, 7]);
    expect(first.body.allowedActions).toContain('set_priority');
    expect((await prioritise(id, { priority: 2 })).body.priority).toBe(2);
    const again = await prioritise(id, { priority: 7 }, key);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
    expect(await priorityOf(id)).toBe(2);
    const told = (await world.timeline(id)).filter(({ type }) => type === 'priority.set');
    expect(told.map(({ data }) => data)).toEqual([
      expect.objectContaining({ from: 0, to: 7 }),
      expect.objectContaining({ from: 7, to: 2 }),
    ]);
  });

  it('is for staff alone', async () => {
    const { id } = (await submit(api.channel)).body;
    const { status, body } = await api.channel.post(`/v1/orders/${id}/priority`, {
      body: { priority: 1 },
      headers: newKey(),
    });
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it('is refused for a closed order, for an older version, and outside the range', async () => {
    const { id } = (await submit(api.channel)).body;
    const stale = await prioritise(id, { priority: 1 }, { ...newKey(), 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    for (const body of [{ priority: 10 }, { priority: -10 }, {}]) expect((await prioritise(id, body)).status).toBe(422);
    await api.ops.post(`/v1/orders/${id}/cancel`, { body: { reason: 'test' } });
    const closed = await prioritise(id, { priority: 1 });
    expect([closed.status, closed.body.code]).toEqual([409, 'illegal_transition']);
    expect(await priorityOf(id)).toBe(0);
  });

  it('typed into Temporal as it should not be is refused, and told', async () => {
    const { id } = (await submit(api.channel)).body;
    await expect(world.handle(id).executeUpdate('setPriority', { args: [{ priority: '9' }] })).rejects.toMatchObject({
      cause: { message: 'priority has to be a whole number from -9 to 9' },
    });
    await world.handle(id).signal('setPriority', { priority: 3 });
    while ((await priorityOf(id)) !== 3) await new Promise((resolve) => setTimeout(resolve, 25));
  });
});
