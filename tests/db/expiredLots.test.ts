import { MockActivityEnvironment } from '@temporalio/testing';
import { createSweepActivities, type OrderEngine } from '../../activities/sweeps';
import { adjustStock, type StockAdjustment } from '../../db/inventory/adjustStock';
import { findExpiredLevels, holdExpired } from '../../db/inventory/holdExpired';
import { pickParcel } from '../../db/inventory/picking/pickParcel';
import { readAvailability } from '../../db/inventory/readAvailability';
import { listExpiringLots } from '../../db/inventory/reports/expiringLots';
import { findLotDrift } from '../../db/verify/findLotDrift';
import { findReservationDrift } from '../../db/verify/findReservationDrift';
import { findStockDips } from '../../db/verify/findStockDips';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { shipmentId } from '../../domain/ids';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
let sku: string;
let count = 0;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterAll(() => room.close());
beforeEach(async () => {
  sku = `EXP-${(count += 1)}`;
  await room.stock(sku, 0);
  await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = ?`, [sku]);
});
afterEach(async () => {
  for (const look of [findStockDrift, findReservationDrift, findStockDips, findLotDrift])
    expect((await look(room.database)).found).toEqual([]);
  await room.rows('UPDATE items SET minimum_life_days = 0');
});

const adjust = (change: Partial<StockAdjustment>) =>
  adjustStock(room.database, { sku, location: 'loc-1', reason: 'received', actor: 'key:ops', ...change });
/** `days`: from today on, by the clock of the database in UTC. */
async function receive(lot: string, units: number, days: number): Promise<void> {
  const [row] = await room.rows<{ day: string }>(`SELECT ((now() AT TIME ZONE 'UTC')::date + ?::int)::text AS day`, [
    days,
  ]);
  await adjust({ delta: units, lot, ...(row && { expiresOn: row.day }) });
}
const sell = async (quantity: number) => {
  const orderId = await room.order(free({ sku, quantity }));
  return { orderId, status: (await room.reserve(orderId)).snapshot.status };
};
const hold = () => holdExpired(room.database, { sku, location: 'loc-1' });
const level = async () => {
  const [row] = await room.rows(
    `SELECT on_hand AS "onHand", reserved, quality_hold AS held, available FROM stock_levels WHERE sku = ? AND location = 'loc-1'`,
    [sku],
  );
  return row;
};
const lots = () =>
  room.rows('SELECT lot, on_hand AS "onHand", quality_hold AS held FROM stock_lots WHERE sku = ? ORDER BY lot', [sku]);
const isFound = async () => (await findExpiredLevels(room.database, 500)).some((found) => found.sku === sku);
const available = async () =>
  (await readAvailability(room.database, { sku, channel: 'web', country: null, quantity: 1, at: null }))?.available;
const report = (withinDays = 0) =>
  listExpiringLots(
    room.database,
    { sku, location: undefined, category: undefined, withinDays },
    { after: null, limit: 9 },
  );

describe('a lot that has expired', () => {
  test('is no stock any more: held back once, with its line in the ledger, and sold to nobody', async () => {
    await receive('OLD', 5, -1);
    await receive('GOOD', 4, 30);
    expect([await isFound(), await hold(), await isFound(), await hold()]).toEqual([true, 5, false, 0]);
    expect(await level()).toEqual({ onHand: 9, reserved: 0, held: 5, available: 4 });
    expect(await lots()).toEqual([
      { lot: 'GOOD', onHand: 4, held: 0 },
      { lot: 'OLD', onHand: 5, held: 5 },
    ]);
    const told = await room.rows(
      `SELECT lot, quality_hold_delta, on_hand_delta, actor FROM stock_movements WHERE sku = ? AND reason = 'expired'`,
      [sku],
    );
    expect(told).toEqual([{ lot: 'OLD', quality_hold_delta: 5, on_hand_delta: 0, actor: 'system:expiry' }]);
    expect(await available()).toBe(4);
    expect([(await sell(5)).status, (await sell(4)).status]).toEqual(['rejected', 'ready_to_ship']);
  });

  test.each([
    ['yesterday', -1, 0, true],
    ['today', 0, 0, true],
    ['tomorrow', 1, 0, false],
    ['in as many days as it has to live still', 5, 5, true],
    ['a day after that', 6, 5, false],
  ])('%s is one that expires so: %i days from now, %i to live', async (_when, days, life, expired) => {
    await room.rows('UPDATE items SET minimum_life_days = ? WHERE sku = ?', [life, sku]);
    await receive('A', 3, days);
    expect(await isFound()).toBe(expired);
    expect(await hold()).toBe(expired ? 3 : 0);
    expect(await report(2)).toEqual(
      expired || days <= 2 ? [expect.objectContaining({ lot: 'A', expired, stillReserved: 0 })] : [],
    );
  });

  test('does not expire without a day', async () => {
    await adjust({ delta: 3, lot: 'A' });
    expect([await isFound(), await hold()]).toEqual([false, 0]);
  });

  test('is not looked at on its way between two locations', async () => {
    await receive('OLD', 5, -1);
    await room.rows(`UPDATE locations SET kind = 'in_transit' WHERE id = 'loc-1'`);
    expect(await isFound()).toBe(false);
    await room.rows(`UPDATE locations SET kind = 'warehouse' WHERE id = 'loc-1'`);
    expect(await isFound()).toBe(true);
  });

  test('keeps what orders have reserved, is told in the report, and is held back when they let go of it', async () => {
    await receive('OLD', 5, -1);
    await receive('GOOD', 4, 30);
    const { orderId } = await sell(7);
    expect(await hold()).toBe(2);
    expect(await level()).toEqual({ onHand: 9, reserved: 7, held: 2, available: 0 });
    expect([await isFound(), await hold()]).toEqual([false, 0]);
    expect(await report()).toEqual([expect.objectContaining({ lot: 'OLD', qualityHold: 2, stillReserved: 3 })]);
    await expect(
      pickParcel(room.database, {
        ...{ orderId, number: 1, shipmentId: shipmentId(orderId, 1), lots: [], actor: 'key:picker' },
      }),
    ).rejects.toMatchObject({
      code: 'stock_conflict',
      message: `${sku} at loc-1 has 4 of the 7 units in lots that have not expired: put more there, or cancel the order`,
    });
    await room.cancel(orderId);
    expect([await isFound(), await hold()]).toEqual([true, 3]);
    expect(await level()).toEqual({ onHand: 9, reserved: 0, held: 5, available: 4 });
  });

  test('leaves last with a parcel that nobody picked: the carrier has taken what it has taken', async () => {
    await receive('OLD', 5, -1);
    await receive('GOOD', 4, 30);
    const orders = [await sell(3), await sell(4)];
    await hold();
    for (const { orderId } of orders) {
      await room.begin(orderId);
      await room.dispatch(orderId);
    }
    expect(await lots()).toEqual([
      { lot: 'GOOD', onHand: 0, held: 0 },
      { lot: 'OLD', onHand: 2, held: 2 },
    ]);
  });

  test('is scrapped out of the hold', async () => {
    await receive('OLD', 5, -1);
    await hold();
    await adjust({ bucket: 'qualityHold', delta: -5, withOnHand: true, lot: 'OLD', reason: 'scrapped' });
    expect(await level()).toEqual({ onHand: 0, reserved: 0, held: 0, available: 0 });
  });

  test('is held back while orders are placed and cancelled at once: what is reserved is never touched', async () => {
    await receive('OLD', 20, -1);
    await receive('GOOD', 10, 30);
    const orders = await Promise.all(Array.from({ length: 16 }, () => room.order(free({ sku, quantity: 2 }))));
    await Promise.all([
      ...orders.map(async (orderId, index) => {
        await room.reserve(orderId);
        if (index % 3 === 0) await room.cancel(orderId);
      }),
      ...Array.from({ length: 8 }, async () => hold()),
    ]);
    await hold();
    const [row] = await room.rows<{ reserved: number; held: number; open: number }>(
      `SELECT reserved, quality_hold AS held, (SELECT coalesce(sum(allocated), 0)::int FROM order_lines WHERE sku = ?) AS open
       FROM stock_levels WHERE sku = ?`,
      [sku, sku],
    );
    expect(row?.reserved).toBe(row?.open);
    expect(row?.held).toBe(Math.min(20, 30 - (row?.reserved ?? 0)));
  });
});

test('the sweep that runs every minute holds back what has expired, at every place', async () => {
  const engine: OrderEngine = {
    listRunning: async () => new Set(),
    inspect: async () => ({ state: 'running' }),
    start: async () => undefined,
  };
  const activities = createSweepActivities({ database: room.database, engine });
  const sweep = () => new MockActivityEnvironment().run(() => activities.sweepOrders());
  await sweep();
  await room.stock(sku, 0, { location: 'loc-2' });
  await receive('OLD', 5, -1);
  await adjust({ delta: 2, lot: 'OLDER', location: 'loc-2', expiresOn: '2020-01-31' });
  expect(await sweep()).toMatchObject({ unitsExpired: 7 });
  expect(await sweep()).toMatchObject({ unitsExpired: 0 });
});
