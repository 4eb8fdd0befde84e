import { createReallocationActivities } from '../../activities/reallocation';
import { createShipmentActivities } from '../../activities/shipments';
import { putClassRule } from '../../db/inventory/reallocation/classes';
import { listRunLines, readRun, type ReallocationRun } from '../../db/inventory/reallocation/runs';
import { findBackorderDrift } from '../../db/verify/findBackorderDrift';
import { findMoneyFaults } from '../../db/verify/findMoneyFaults';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { inTransaction } from '../../db/transaction';
import { newId } from '../../runtime/newId';
import { startReallocation } from '../../runtime/startReallocation';
import { offerStock } from '../../worker/loops/offerStock';
import type { reallocateStock } from '../../workflows/inventory/reallocateStock';
import { ensureSchedules } from '../../worker/ensureSchedules';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
/** Bookings wait for it, and say that they do. */
let gate: { reached: () => void; opened: Promise<void> } | undefined;
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  const real = createShipmentActivities(world.dependencies);
  await world.startWorker({
    activities: {
      bookShipment: async (input) => {
        gate?.reached();
        await gate?.opened;
        return real.bookShipment(input);
      },
    },
  });
  for (const [channel, of] of [
    ['vip', 'win'],
    ['outlet', 'lose'],
  ] as const)
    await inTransaction(world.database, (transaction) =>
      putClassRule(transaction, { channel, minimumPriority: null, class: of, actor: 'test' }),
    );
});
afterAll(() => world.close());
afterEach(async () => {
  gate = undefined;
  expect((await findMoneyFaults(world.database)).found).toEqual([]);
  expect((await findReservationDrift(world.database)).found).toEqual([]);
  expect((await findOrdersOffLedger(world.database)).found).toEqual([]);
  expect((await findBackorderDrift(world.database)).found).toEqual([]);
});

const scarce = async (sku: string, onHand: number, shortage = 'backorder') => {
  await world.stock(sku, onHand);
  await world.database.raw('UPDATE items SET shortage = ? WHERE sku = ?', [shortage, sku]);
};
const receive = (sku: string, units: number) =>
  world.database.raw(
    `WITH moved AS (INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
       VALUES (:sku, 'loc-1', :units, 0, 'received', 'test')), again AS (UPDATE backorders SET offered_at = NULL WHERE sku = :sku)
     UPDATE stock_levels SET on_hand = on_hand + :units, updated_at = now() WHERE sku = :sku`,
    { sku, units },
  );
const place = async (channel: string, ...lines: [sku: string, quantity: number][]) => {
  const orderId = await world.place(
    { lines: lines.map(([sku, quantity]) => ({ sku, quantity, unitPrice: 1000 })), shippingPrice: 0 },
    {},
    channel,
  );
  await world.untilTold(orderId, 'order.confirmed');
  return orderId;
};
const update = (orderId: string, name: string, payload: object) =>
  world.handle(orderId).executeUpdate(name, { args: [payload] });
const hold = (orderId: string) => update(orderId, 'holdOrder', { reason: 'check the address', type: 'operator' });
const release = (orderId: string) => update(orderId, 'releaseOrder', {});
const told = async (orderId: string, type: string) =>
  (await world.timeline(orderId)).filter((event) => event.type === type);
const untilTimes = async (orderId: string, type: string, times: number) => {
  const deadline = Date.now() + 20_000;
  while ((await told(orderId, type)).length < times) {
    if (Date.now() > deadline) throw new Error(`${type} was not told ${times} times`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
const resultOf = (runId: string) =>
  world.temporal.client.workflow.getHandle<typeof reallocateStock>(`reallocate-stock-${runId}`).result();
const run = async (changes: { sku?: string; dryRun?: boolean } = {}) => {
  const runId = newId('rea');
  await startReallocation(
    world.temporal,
    { runId, requestedBy: 'test', ...changes },
    { taskQueue: world.taskQueue, deadlineMs: 10_000 },
  );
  return resultOf(runId);
};
const offer = () => offerStock({ database: world.database, client: world.temporal.client });
/** All of it is allocated, and nothing is shipped: it is held. It asks for one unit more of its first item than there is. */
const placeHeld = async (channel: string, ...lines: [sku: string, quantity: number][]) => {
  const [[sku] = ['']] = lines;
  // While it waits for that unit nothing is booked.
  const orderId = await place(channel, ...lines);
  await hold(orderId);
  await receive(sku, 1);
  await offer();
  await untilTimes(orderId, 'stock.reserved', 2);
  expect(await told(orderId, 'shipment.booked')).toEqual([]);
  return orderId;
};

describe('a re-allocation', () => {
  test('gives a later order that wins what a held one that loses has; that one waits again, and is served when stock comes', async () => {
    await scarce('MUG', 3);
    const loser = await placeHeld('outlet', ['MUG', 4]);
    expect(await world.status(loser)).toBe('on_hold');
    const winner = await place('vip', ['MUG', 3]);
    expect(await world.status(winner)).toBe('awaiting_stock');

    expect(await run({ sku: 'MUG' })).toMatchObject({ gaining: 1, losing: 1 });
    await world.untilTold(loser, 'stock.given_up');
    await offer();
    await world.untilTold(winner, 'shipment.booked');
    await world.report(winner, 'picked_up', 'delivered');
    expect(await world.result(winner)).toMatchObject({ status: 'completed' });

    expect(await world.snapshot(loser)).toMatchObject({ backordered: 3, attention: null });
    await release(loser);
    expect(await world.status(loser)).toBe('awaiting_stock');
    await receive('MUG', 3);
    await offer();
    await untilTimes(loser, 'shipment.booked', 2);
    const parcels = (await told(loser, 'shipment.booked')).map(({ data }) => String(data['shipmentId']).split('_')[2]);
    for (const number of parcels) await world.reportParcel(loser, Number(number), 'picked_up', 'delivered');
    expect(await world.result(loser)).toMatchObject({ status: 'completed', fulfilmentStatus: 'delivered' });
    expect((await world.ledger(loser)).filter(({ effect }) => effect === 'capture')).toMatchObject([{ amount: 4000 }]);
  });

  test('of an order whose payment was declined lets it be paid all the same, while it waits', async () => {
    await scarce('JAR', 2);
    const loser = await world.place(
      { lines: [{ sku: 'JAR', quantity: 2, unitPrice: 1000 }], shippingPrice: 0, token: 'tok_declined' },
      {},
      'outlet',
    );
    await world.until(loser, 'awaiting_payment');
    const winner = await place('vip', ['JAR', 2]);
    await run({ sku: 'JAR' });
    await world.untilTold(loser, 'stock.given_up');
    expect(await world.status(loser)).toBe('awaiting_stock');
    const tokenId = newId('pmt');
    await world.database.raw(
      `INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', 'tok_ok')`,
      [tokenId, loser],
    );
    const paid = await update(loser, 'payOrder', { tokenId, requestId: tokenId });
    expect(paid).toMatchObject({ status: 'awaiting_stock', paymentStatus: 'authorized' });
    for (const orderId of [loser, winner]) await update(orderId, 'cancelOrder', { reason: 'customer asked' });
  });

  test('that only looks asks nobody', async () => {
    await scarce('CUP', 1);
    const loser = await placeHeld('outlet', ['CUP', 2]);
    const winner = await place('vip', ['CUP', 2]);
    const { runId } = await run({ sku: 'CUP', dryRun: true });
    const lines = await listRunLines(world.database, { runId }, { after: null, limit: 10 });
    expect(lines.map(({ orderId, had, gets, givenUp }) => [orderId, had, gets, givenUp])).toEqual([
      [loser, 2, 0, null],
      [winner, 0, 2, null],
    ]);
    expect(await told(loser, 'stock.given_up')).toEqual([]);
    for (const orderId of [loser, winner]) await update(orderId, 'cancelOrder', { reason: 'customer asked' });
  });

  test('passes over an order that was cancelled since it was planned', async () => {
    await scarce('JUG', 1);
    const loser = await placeHeld('outlet', ['JUG', 2]);
    await place('vip', ['JUG', 2]);
    const runId = newId('rea');
    const request = { runId, sku: 'JUG', dryRun: false, requestedBy: 'test' };
    await createReallocationActivities({ database: world.database }).planReallocation(request);
    await update(loser, 'cancelOrder', { reason: 'customer asked' });
    await world.result(loser);
    await startReallocation(world.temporal, request, { taskQueue: world.taskQueue, deadlineMs: 10_000 });
    expect(await resultOf(runId)).toMatchObject({ losing: 1 });
    expect(await told(loser, 'stock.given_up')).toEqual([]);
  });
});

describe('a parcel whose units are given up as it is about to be booked', () => {
  const atTheGate = async (sku: string, has: number, wants: number) => {
    let [reached, open] = [() => undefined as void, () => undefined as void];
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    gate = { reached, opened: new Promise<void>((resolve) => (open = resolve)) };
    await scarce(sku, has, 'partial');
    const loser = await place('outlet', [sku, has]);
    await isReached;
    const winner = await place('vip', [sku, wants]);
    await run({ sku });
    await world.untilTold(loser, 'stock.given_up');
    gate = undefined;
    open();
    return { loser, winner };
  };

  test('ends quietly when none is left: nobody has to see to it, and the next one is shipped', async () => {
    const { loser, winner } = await atTheGate('BOWL', 2, 2);
    await offer();
    await world.untilTold(winner, 'shipment.booked');
    expect(await world.snapshot(loser)).toMatchObject({ attention: null, backordered: 2 });
    expect(await told(loser, 'shipment.booked')).toEqual([]);
    await receive('BOWL', 2);
    await offer();
    await world.untilTold(loser, 'shipment.booked');
    await world.reportParcel(loser, 2, 'picked_up', 'delivered');
    expect(await world.result(loser)).toMatchObject({ status: 'completed' });
    await world.report(winner, 'picked_up', 'delivered');
    await world.result(winner);
  });

  test('is booked with what is left', async () => {
    const { loser, winner } = await atTheGate('PLATE', 3, 2);
    await world.untilTold(loser, 'shipment.booked');
    const { rows } = await world.database.raw<{ rows: object[] }>(
      `SELECT (lines->0->>'quantity')::int AS units FROM shipments WHERE order_id = ?`,
      [loser],
    );
    expect(rows).toEqual([{ units: 1 }]);
    await world.report(loser, 'picked_up', 'delivered');
    await world.untilTold(loser, 'shipment.delivered');
    await update(winner, 'cancelOrder', { reason: 'customer asked' });
    await offer();
    await untilTimes(loser, 'shipment.booked', 2);
    await world.reportParcel(loser, 2, 'picked_up', 'delivered');
    expect(await world.result(loser)).toMatchObject({ status: 'completed' });
  });
});

describe('a request for units that is none', () => {
  test.each([
    [{}, 'takes has to be a list'],
    [{ lineId: 'x', takes: [{ location: 'loc-1', units: 0.5 }] }, 'units has to be a whole number'],
    [{ takes: [{ location: 'loc-1', units: 1 }] }, 'lineId is needed'],
    ['all of them', 'one JSON object'],
  ])('is refused on the timeline, and the order goes on: %j', async (payload, why) => {
    await scarce(`POT-${why.length}`, 1);
    const orderId = await place('outlet', [`POT-${why.length}`, 2]);
    await world.handle(orderId).signal('giveUpStock', payload);
    await world.untilTold(orderId, 'request.refused');
    expect(JSON.stringify(await told(orderId, 'request.refused'))).toContain(why);
    await update(orderId, 'cancelOrder', { reason: 'customer asked' });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
  });
});

test('it runs by the clock where it is said how often, and no longer when that is taken back', async () => {
  const { client } = world.temporal;
  const config = { TASK_QUEUE: world.taskQueue, RECONCILE_EVERY: '1h', REPLENISH_AT: '03:00' };
  const schedule = client.schedule.getHandle(`reallocate-stock-${world.taskQueue}`);
  try {
    await ensureSchedules(client, { ...config, REALLOCATE_EVERY: '6h' });
    const { spec } = await schedule.describe();
    expect(spec.intervals?.[0]?.every).toBe(6 * 3_600_000);
    await schedule.trigger();
    let run: ReallocationRun | undefined;
    while (run?.status !== 'completed') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { rows } = await world.database.raw<{ rows: { id: string }[] }>(
        `SELECT id FROM reallocation_runs WHERE requested_by = 'schedule'`,
      );
      run = rows[0] && (await readRun(world.database, rows[0].id));
    }
    expect(run).toMatchObject({ sku: null, dryRun: false });
    await ensureSchedules(client, config);
    await expect(schedule.describe()).rejects.toMatchObject({ name: 'ScheduleNotFoundError' });
  } finally {
    for (const name of ['sweep-orders', 'reconcile-orders', 'replenish-stock'])
      await client.schedule.getHandle(`${name}-${world.taskQueue}`).delete();
  }
});
