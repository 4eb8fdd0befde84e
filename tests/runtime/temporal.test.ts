import { startTcpFaultProxy } from '../../faults/tcpFaultProxy';
import { connectTemporal, temporalWorkflowUrl } from '../../runtime/temporal';
import { pickPort } from '../../runtime/dev/pickPort';
import { temporalAddress, uniqueTaskQueue } from '../support/temporal';

describe('the connection to Temporal', () => {
  test('is made by the first call, and tells whether the server answers', async () => {
    const here = connectTemporal({ TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: 'default' });
    const nowhere = connectTemporal({
      TEMPORAL_ADDRESS: `127.0.0.1:${await pickPort()}`,
      TEMPORAL_NAMESPACE: 'default',
    });
    const startedAt = Date.now();
    expect(await Promise.all([here.isUp(), nowhere.isUp()])).toEqual([true, false]);
    expect(Date.now() - startedAt).toBeLessThan(3000);
    await Promise.all([here.close(), nowhere.close()]);
  });

  test('is tried anew when whoever accepted it says nothing', async () => {
    const [host = '', port] = temporalAddress().split(':');
    const way = await startTcpFaultProxy({ host, port: Number(port) });
    const temporal = connectTemporal({ TEMPORAL_ADDRESS: `127.0.0.1:${way.port}`, TEMPORAL_NAMESPACE: 'default' });
    way.set({ kind: 'half_open' });
    expect(await temporal.isUp()).toBe(false);
    // What was begun in silence stays silent; a new connection does not.
    way.heal();
    const healedAt = Date.now();
    while (!(await temporal.isUp())) expect(Date.now() - healedAt).toBeLessThan(20_000);
    await Promise.all([temporal.close(), way.close()]);
  });

  test("gives the address of a workflow's page", () => {
    const config = { TEMPORAL_UI_URL: 'http://127.0.0.1:8233/', TEMPORAL_NAMESPACE: 'default' };
    expect(temporalWorkflowUrl(config, 'order:ord_1')).toBe(
      'http://127.0.0.1:8233/namespaces/default/workflows/order%3Aord_1',
    );
  });

  test('leads each test to a task queue of its own', () => {
    const queues = [uniqueTaskQueue(), uniqueTaskQueue()];
    expect(queues[0]).toMatch(/^the-connection-to-temporal-leads-each-test-to-a-task-queue-/);
    expect(new Set(queues).size).toBe(2);
  });
});
