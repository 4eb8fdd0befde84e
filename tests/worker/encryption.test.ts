import { randomBytes } from 'node:crypto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { ActivityDependencies } from '../../activities';
import { ProviderUnavailable } from '../../providers/failures';
import { connectTemporal } from '../../runtime/temporal';
import { createOrderEngine } from '../../worker/createOrderEngine';
import type { RunningWorker } from '../../worker/startWorker';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startRealWorker } from '../support/realWorker';

const KEY_ONE = `one:${randomBytes(32).toString('base64')}`;
const KEY_TWO = `two:${randomBytes(32).toString('base64')}`;

let world: OrderWorld;
const workers: RunningWorker[] = [];

beforeAll(async () => {
  world = await createOrderWorld({ worker: false, settings: () => ({ PAYLOAD_KEYS: KEY_ONE }) });
  await world.stock('SHIRT', 1000);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});
afterAll(() => world.close());

const work = async (keys: string, dependencies: Partial<ActivityDependencies> = {}) => {
  const worker = await startRealWorker(world, { PAYLOAD_KEYS: keys }, dependencies);
  workers.push(worker);
  return worker;
};
const history = async (orderId: string) =>
  JSON.parse(historyToJSON(await world.handle(orderId).fetchHistory())) as unknown;

/** Every text in a history as somebody without keys can read it: names and ids as they are, bytes as the text they hold. */
function readable(node: unknown): string[] {
  if (typeof node === 'string') return [node, Buffer.from(node, 'base64').toString('latin1')];
  return typeof node === 'object' && node !== null
    ? Object.entries(node).flatMap(([name, value]) => [name, ...readable(value)])
    : [];
}
/** What is encrypted under each key, counted. */
const keysIn = (texts: string[]) => ({
  one: texts.filter((text) => text === 'one').length,
  two: texts.filter((text) => text === 'two').length,
});

describe('with PAYLOAD_KEYS', () => {
  test('a history tells nothing of an order but its ids and search attributes, failures and all', async () => {
    const { gateway } = world.dependencies;
    let failures = 0;
    const faulty: typeof gateway.authorise = async (request) => {
      if ((failures += 1) < 2) throw new ProviderUnavailable('the readable gateway is readably away');
      return gateway.authorise(request);
    };
    await work(KEY_ONE, { gateway: { ...gateway, authorise: faulty } });
    const orderId = await world.place({ token: 'tok_declined' });
    await world.until(orderId, 'awaiting_payment');
    const handle = world.handle(orderId);
    await handle.executeUpdate('holdOrder', { args: [{ reason: 'readable reason', requestId: 'h' }] });
    await handle.signal('cancelOrder', { reason: 7 });
    await world.untilTold(orderId, 'request.refused');
    await handle.executeUpdate('cancelOrder', { args: [{ reason: 'customer_asked', note: 'readable note' }] });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });

    const texts = readable(await history(orderId));
    expect(keysIn(texts).one).toBeGreaterThan(20);
    const told = texts.filter((text) => /readable|SHIRT|1999|€|customer_asked|Authorise|Reserve stock/.test(text));
    expect(told).toEqual([]);
    // What is open on purpose: it is what orders are found by.
    expect(texts.some((text) => text.includes('awaiting_payment'))).toBe(true);
  });

  test('an update that fails in the workflow tells nothing either, and its caller all', async () => {
    await work(KEY_ONE);
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    const { rows } = await world.database.raw<{ rows: [{ reference: string }] }>(
      'SELECT reference FROM shipments WHERE order_id = ?',
      [orderId],
    );
    await world.control(`carrier/shipments/${rows[0].reference}/advance`, {});
    const cancel = world.handle(orderId).executeUpdate('cancelOrder', { args: [{ reason: 'late' }] });
    await expect(cancel).rejects.toMatchObject({
      cause: { message: expect.stringContaining('will not give the parcel back') },
    });
    const texts = readable(await history(orderId));
    expect(texts).toContain('Encoded failure');
    expect(texts.filter((text) => text.includes('parcel'))).toEqual([]);
  });

  test('orders go on under the next key, with the one before still there', async () => {
    const first = await work(KEY_ONE);
    const orderId = await world.place();
    await world.untilTold(orderId, 'shipment.booked');
    await first.stop();
    workers.length = 0;
    const before = keysIn(readable(await history(orderId)));
    await work(`${KEY_TWO},${KEY_ONE}`);
    await world.report(orderId, 'picked_up', 'delivered');
    const reader = connectTemporal({ ...settingsOf(world), PAYLOAD_KEYS: `${KEY_TWO},${KEY_ONE}` });
    expect(await reader.client.workflow.getHandle(orderId).result()).toMatchObject({ status: 'completed' });
    await reader.close();
    const after = keysIn(readable(await history(orderId)));
    expect(before.two).toBe(0);
    expect(after.two).toBeGreaterThan(5);
  });

  test('a worker without the key fails no order: it goes on once one with the key is there', async () => {
    const without = await work(KEY_TWO);
    const orderId = await world.place();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await world.status(orderId)).toBe('received');
    await without.stop();
    workers.length = 0;
    await work(`${KEY_TWO},${KEY_ONE}`);
    await world.untilTold(orderId, 'shipment.booked');
  });

  test('the sweeper sees which orders run, also those that it has no key for', async () => {
    const orderId = await world.place();
    const keyless = connectTemporal(settingsOf(world));
    const engine = createOrderEngine(keyless, world.taskQueue);
    // The server's index is a little behind.
    while (!(await engine.listRunning()).has(orderId)) await new Promise((resolve) => setTimeout(resolve, 100));
    await keyless.close();
  });

  test('orders from before go on when it is switched on, and when it is switched off again', async () => {
    const clear = await createOrderWorld({ worker: false });
    await clear.stock('SHIRT', 10);
    const start = (keys: string) => startRealWorker(clear, { PAYLOAD_KEYS: keys });
    const before = await start('');
    const orderId = await clear.place();
    await clear.untilTold(orderId, 'order.confirmed');
    await before.stop();
    const on = await start(KEY_ONE);
    await clear.untilTold(orderId, 'shipment.booked');
    await clear.report(orderId, 'picked_up');
    await clear.untilTold(orderId, 'payment.captured');
    await on.stop();
    const off = await start(`none,${KEY_ONE}`);
    await clear.report(orderId, 'delivered');
    expect(await clear.result(orderId)).toMatchObject({ status: 'completed' });
    await off.stop();
    await clear.close();
  });
});

function settingsOf({ env }: OrderWorld) {
  return { TEMPORAL_ADDRESS: env['TEMPORAL_ADDRESS'] ?? '', TEMPORAL_NAMESPACE: 'default' };
}
