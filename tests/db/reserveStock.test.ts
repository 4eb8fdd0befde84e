import { createRandom } from './random';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(() => room.close());

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const lines = (...skus: string[]) => free(...skus.map((sku) => ({ sku, quantity: 1 })));

async function reserveAll(orderIds: readonly string[]): Promise<{ sold: string[]; rejected: string[] }> {
  const starts = await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  const withStatus = (status: string) =>
    starts.filter(({ snapshot }) => snapshot.status === status).map(({ snapshot }) => snapshot.orderId);
  return { sold: withStatus('ready_to_ship'), rejected: withStatus('rejected') };
}

describe('many buyers at once', () => {
  test('200 for 50 units: exactly 50 get one, 150 are told no, and the ledger adds up', async () => {
    await room.stock('LAST', 50);
    const orderIds = await Promise.all(times(200, () => room.order(lines('LAST'))));
    const { sold, rejected } = await reserveAll(orderIds);
    expect([sold.length, rejected.length]).toEqual([50, 150]);
    expect(await room.level('LAST')).toEqual({ onHand: 50, reserved: 50 });
    expect(await room.findDrift()).toEqual([]);
    const told = await room.rows<{ type: string; count: number }>(
      `SELECT type, count(*)::int AS count FROM order_events WHERE sequence = 2 GROUP BY type ORDER BY type`,
    );
    expect(told).toEqual([
      { type: 'order.rejected', count: 150 },
      { type: 'stock.reserved', count: 50 },
    ]);
    expect(await room.rows(`SELECT DISTINCT name FROM notifications`)).toEqual([{ name: 'order_rejected' }]);
    const [units] = await room.rows(
      `SELECT sum(allocated)::int AS allocated, count(*) FILTER (WHERE allocated > 0 AND o.status = 'rejected')::int AS wrong
       FROM order_lines l JOIN orders o ON o.id = l.order_id`,
    );
    expect(units).toEqual({ allocated: 50, wrong: 0 });
  });

  test('of several units each: all that fits is sold, and not one unit more', async () => {
    await room.stock('BULK', 100);
    const orderIds = await Promise.all(times(60, () => room.order(free({ sku: 'BULK', quantity: 7 }))));
    const { sold, rejected } = await reserveAll(orderIds);
    expect([sold.length, rejected.length]).toEqual([14, 46]);
    expect(await room.level('BULK')).toEqual({ onHand: 100, reserved: 98 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('leave the safety stock on the shelf', async () => {
    await room.stock('SAFE', 30, { safetyStock: 10 });
    const orderIds = await Promise.all(times(60, () => room.order(lines('SAFE'))));
    expect((await reserveAll(orderIds)).sold).toHaveLength(20);
    expect(await room.level('SAFE')).toEqual({ onHand: 30, reserved: 20 });
  });

  test('empty both of two locations, the first one first', async () => {
    await room.stock('TWICE', 20, { location: 'loc-1' });
    await room.stock('TWICE', 20, { location: 'loc-2' });
    const orderIds = await Promise.all(times(15, () => room.order(lines('TWICE'))));
    expect((await reserveAll(orderIds)).sold).toHaveLength(15);
    expect(await room.level('TWICE', 'loc-1')).toEqual({ onHand: 20, reserved: 15 });
    const more = await Promise.all(times(45, () => room.order(lines('TWICE'))));
    expect((await reserveAll(more)).sold).toHaveLength(25);
    expect(await room.level('TWICE', 'loc-1')).toEqual({ onHand: 20, reserved: 20 });
    expect(await room.level('TWICE', 'loc-2')).toEqual({ onHand: 20, reserved: 20 });
    expect(await room.findDrift()).toEqual([]);
  });

  test.each([[1], [2], [3]])('with baskets in any order never block each other for good (seed %p)', async (seed) => {
    const random = createRandom(seed);
    const skus = times(6, (index) => `SKU-${index}`);
    for (const sku of skus) {
      for (const location of ['loc-1', 'loc-2']) await room.stock(sku, 25, { location });
    }
    const baskets = times(90, () => random.shuffle(skus).slice(0, random.between(2, 6)));
    const orderIds = await Promise.all(baskets.map((basket) => room.order(lines(...basket))));
    const { sold, rejected } = await reserveAll(orderIds);
    expect(sold.length + rejected.length).toBe(90);
    expect(sold.length).toBeGreaterThan(0);
    expect(await room.findDrift()).toEqual([]);
    expect((await Promise.all(sold.map((orderId) => room.cancel(orderId)))).map(({ status }) => status)).toEqual(
      sold.map(() => 'cancelled'),
    );
    expect(await room.findDrift()).toEqual([]);
    expect(await room.rows('SELECT sku FROM stock_levels WHERE reserved <> 0')).toEqual([]);
  });
});

describe('one order', () => {
  test('with the same SKU on two lines needs stock for both together', async () => {
    await room.stock('SHIRT', 5);
    const two = free({ sku: 'SHIRT', quantity: 3 }, { sku: 'SHIRT', quantity: 3 });
    const { snapshot } = await room.reserve(await room.order(two));
    expect(snapshot).toMatchObject({
      status: 'rejected',
      statusReason: 'insufficient_stock: SHIRT (6 wanted, 5 available)',
    });
    expect(await room.level('SHIRT')).toEqual({ onHand: 5, reserved: 0 });
    const fits = await room.order(free({ sku: 'SHIRT', quantity: 3 }, { sku: 'SHIRT', quantity: 2 }));
    expect((await room.reserve(fits)).snapshot.status).toBe('ready_to_ship');
    expect(await room.level('SHIRT')).toEqual({ onHand: 5, reserved: 5 });
    expect(await room.rows('SELECT allocated FROM order_lines WHERE order_id = ? ORDER BY position', [fits])).toEqual([
      { allocated: 3 },
      { allocated: 2 },
    ]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('is served from the first location that has all of it, not from the first that has some', async () => {
    await room.stock('A', 3, { location: 'loc-1' });
    await room.stock('A', 9, { location: 'loc-2' });
    await room.stock('A', 9, { location: 'loc-3' });
    await room.reserve(await room.order(free({ sku: 'A', quantity: 4 })));
    expect(await room.level('A', 'loc-1')).toEqual({ onHand: 3, reserved: 0 });
    expect(await room.level('A', 'loc-2')).toEqual({ onHand: 9, reserved: 4 });
    expect(await room.level('A', 'loc-3')).toEqual({ onHand: 9, reserved: 0 });
  });

  test('that no single location can serve comes from several, each in a parcel of its own', async () => {
    await room.stock('A', 10, { location: 'loc-1' });
    await room.stock('B', 10, { location: 'loc-2' });
    await room.stock('C', 3, { location: 'loc-1' });
    await room.stock('C', 3, { location: 'loc-2' });
    const orderId = await room.order(
      free({ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 1 }, { sku: 'C', quantity: 5 }),
    );
    const { snapshot, parcels } = await room.reserve(orderId);
    expect(snapshot).toMatchObject({ status: 'ready_to_ship', fulfilmentStatus: 'allocated' });
    expect(parcels).toEqual([
      { number: 1, begun: false },
      { number: 2, begun: false },
    ]);
    const [first, second] = [await room.level('C', 'loc-1'), await room.level('C', 'loc-2')];
    expect(first.reserved + second.reserved).toBe(5);
    expect([await room.level('A', 'loc-1'), await room.level('B', 'loc-2')].map(({ reserved }) => reserved)).toEqual([
      1, 1,
    ]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('that all locations together can not serve is rejected whole, and takes nothing from any', async () => {
    await room.stock('A', 10, { location: 'loc-1' });
    await room.stock('C', 3, { location: 'loc-1' });
    await room.stock('C', 3, { location: 'loc-2' });
    const { snapshot } = await room.reserve(
      await room.order(free({ sku: 'A', quantity: 1 }, { sku: 'C', quantity: 7 })),
    );
    expect(snapshot).toMatchObject({
      ...{ status: 'rejected', fulfilmentStatus: 'unfulfilled', waitingFor: null },
      statusReason: 'insufficient_stock: C (7 wanted, 6 available)',
    });
    expect(await room.rows('SELECT sku FROM stock_levels WHERE reserved <> 0')).toEqual([]);
    expect(await room.rows('SELECT id FROM order_lines WHERE allocated <> 0')).toEqual([]);
  });

  test('of a SKU that no location has ever had is rejected', async () => {
    await room.stock('A', 1);
    const { snapshot } = await room.reserve(await room.order(lines('NEVER-SEEN')));
    expect(snapshot.statusReason).toBe('insufficient_stock: NEVER-SEEN (1 wanted, 0 available)');
  });

  test('in a shop without any location is rejected', async () => {
    const { snapshot } = await room.reserve(await room.order(lines('A')));
    expect(snapshot.status).toBe('rejected');
  });

  test('names five short lines at most, and how many more there are', async () => {
    await room.stock('A', 1);
    const { snapshot } = await room.reserve(await room.order(lines('B', 'C', 'D', 'E', 'F', 'G', 'H')));
    const five = ['B', 'C', 'D', 'E', 'F'].map((sku) => `${sku} (1 wanted, 0 available)`).join(', ');
    expect(snapshot.statusReason).toBe(`insufficient_stock: ${five} and 2 more`);
  });

  test('is reserved once, however often and at once the step runs', async () => {
    await room.stock('A', 10);
    const orderId = await room.order(free({ sku: 'A', quantity: 2 }));
    const starts = await Promise.all(times(10, () => room.reserve(orderId)));
    expect(new Set(starts.map(({ snapshot }) => snapshot.version))).toEqual(new Set([2]));
    expect(await room.level('A')).toEqual({ onHand: 10, reserved: 2 });
    expect(await room.rows('SELECT sequence FROM order_events WHERE order_id = ?', [orderId])).toHaveLength(2);
    expect(await room.findDrift()).toEqual([]);
  });

  test('that was cancelled before its stock was reserved gets none any more', async () => {
    await room.stock('A', 10);
    const orderId = await room.order(lines('A'));
    await room.cancel(orderId);
    expect((await room.reserve(orderId)).snapshot.status).toBe('cancelled');
    expect(await room.level('A')).toEqual({ onHand: 10, reserved: 0 });
  });
});
