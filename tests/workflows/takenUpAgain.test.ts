import { MockActivityEnvironment } from '@temporalio/testing';
import { createSweepActivities } from '../../activities/sweeps';
import { createOrderEngine } from '../../worker/createOrderEngine';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

/** Orders whose workflow was ended from outside at a bad moment, and which the sweeper has started anew. */
let world: OrderWorld;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 1000);
});
afterAll(() => world.close());
beforeEach(async () => {
  worker = await world.startWorker();
});
afterEach(() => worker.stop());

const terminateAndSweep = async (orderId: string) => {
  await world.handle(orderId).terminate('by mistake');
  const { database, temporal, taskQueue } = world;
  const engine = { ...createOrderEngine(temporal, taskQueue), listRunning: async () => new Set<string>() };
  const activities = createSweepActivities({ database, engine, quietMs: 0 });
  await new MockActivityEnvironment({ workflowExecution: { workflowId: 'sweep', runId: orderId } }).run(async () => {
    expect(await activities.sweepOrders()).toMatchObject({ held: 1 });
  });
};
const ask = (orderId: string, door: string, body: object) =>
  world.handle(orderId).executeUpdate(door, { args: [{ requestId: `${door}-${JSON.stringify(body)}`, ...body }] });
const pay = async (orderId: string, token: string) => {
  const tokenId = `${orderId}-${token}`;
  await world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', ?)`, [
    tokenId,
    orderId,
    token,
  ]);
  await ask(orderId, 'payOrder', { tokenId });
};

test('a booked order that is cancelled before its new run has taken a step has its parcel called off', async () => {
  const orderId = await world.place();
  await world.untilTold(orderId, 'shipment.booked');
  await worker.stop();
  await terminateAndSweep(orderId);
  await world.handle(orderId).signal('cancelOrder', { reason: 'it was meant so' });
  worker = await world.startWorker();
  expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
  expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
});

test('a shipped order whose newest payment was declined goes on with the one that is good, and can be settled', async () => {
  const orderId = await world.place({ token: 'tok_capture_declined' });
  await world.untilTold(orderId, 'shipment.booked');
  await world.report(orderId, 'picked_up', 'delivered');
  await world.untilTold(orderId, 'attention.raised');
  await world.untilTold(orderId, 'shipment.delivered');
  await pay(orderId, 'tok_declined');
  await terminateAndSweep(orderId);
  await ask(orderId, 'releaseOrder', {});
  await ask(orderId, 'resolveAttention', { resolution: 'retry' });
  await world.until(orderId, 'needs_attention');
  expect((await world.snapshot(orderId)).allowedActions).toEqual(expect.arrayContaining(['pay', 'resolve']));
  await pay(orderId, 'tok_ok');
  expect(await world.result(orderId)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
  expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'authorise', 'void', 'capture']);
});

test('an order whose cancellation was cut off never ships unpaid: the void is finished, and a person sees that the parcel is gone', async () => {
  const orderId = await world.place({ token: 'tok_void_error' }, { settleWithinMs: 200 });
  await world.untilTold(orderId, 'shipment.booked');
  ask(orderId, 'cancelOrder', { reason: 'changed mind' }).catch(() => undefined);
  await world.untilTold(orderId, 'attention.raised');
  await terminateAndSweep(orderId);
  await world.control('faults', { provider: 'payments', mode: 'ok' });
  await ask(orderId, 'releaseOrder', {});
  await ask(orderId, 'resolveAttention', { resolution: 'retry' });
  await world.until(orderId, 'awaiting_payment');
  await pay(orderId, 'tok_ok');
  await world.until(orderId, 'needs_attention');
  expect((await world.snapshot(orderId)).attention).toContain('the parcel was called off');
  await ask(orderId, 'cancelOrder', { reason: 'so be it' });
  expect(await world.result(orderId)).toMatchObject({ status: 'cancelled', paymentStatus: 'voided' });
  const effects = ['authorise', 'book_shipment', 'cancel_shipment', 'void', 'authorise', 'void'];
  expect(await world.effects(orderId)).toEqual(effects);
});
