import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let world: OrderWorld;
let api: TestApi;
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 100);
  api = await startTestApi({ databaseUrl: world.databaseUrl, taskQueue: world.taskQueue });
});
afterAll(async () => {
  await api.close();
  await world.close();
});

describe('while no worker runs', () => {
  it('a change is left as a signal, answered with 202 after 5 seconds, and carried out once later', async () => {
    const body = shopOrder({ lines: [{ sku: 'SHIRT', quantity: 1, unitPrice: 500 }] });
    const { id } = (await api.channel.post('/v1/orders', { body, headers: newKey() })).body;
    const startedAt = Date.now();
    const call = { body: { reason: 'look at it' }, headers: newKey() };
    const [held, cancelled] = await Promise.all([
      api.ops.post(`/v1/orders/${id}/hold`, call),
      api.channel.post(`/v1/orders/${id}/cancel`, { body: { reason: 'changed my mind' } }),
    ]);
    expect(Date.now() - startedAt).toBeLessThan(7_500);
    for (const reply of [held, cancelled]) {
      expect([reply.status, reply.body.status, reply.body.version]).toEqual([202, 'received', 1]);
      expect(reply.body.detail).toContain('no worker answered');
    }
    const again = await api.ops.post(`/v1/orders/${id}/hold`, call);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([202, 'true']);

    await world.startWorker();
    await world.until(id, 'cancelled');
    const events = (await api.ops.get(`/v1/orders/${id}/events`)).body.data.map((event) => event.type);
    expect(events.filter((type) => type === 'hold.placed')).toHaveLength(1);
    expect(events.filter((type) => type === 'order.cancelled')).toHaveLength(1);
    expect(await world.effects(id)).not.toContain('capture');
  }, 60_000);
});
