import {
  createReservation,
  expireReservation,
  extendReservation,
  findOverdueReservations,
  readReservation,
  releaseReservation,
} from '../../db/inventory/reservations';
import { findReservationDrift } from '../../db/verify/findReservationDrift';
import { recordOrder } from '../../db/orders/recordOrder';
import { StockRaceLost } from '../../db/inventory/stockRace';
import { inTransaction } from '../../db/transaction';
import { newId } from '../../runtime/newId';
import { free, newOrder, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 30 });
});
afterEach(() => room.close());

let carts = 0;
const reserve = (quantity: number, more: { owner?: string; sku?: string } = {}) =>
  createReservation(room.database, {
    ...{ id: newId('rsv'), channel: 'web', owner: more.owner ?? `cart-${(carts += 1)}`, country: 'DE', minutes: 15 },
    ...{ lines: [{ sku: more.sku ?? 'MUG', quantity }], actor: 'test' },
  });
const passTime = (id: string) =>
  room.rows(`UPDATE reservations SET expires_at = now() - interval '1 minute' WHERE id = ?`, [id]);
const orderWith = async (quantity: number, reservationId: string): Promise<string> => {
  const order = newOrder(free({ sku: 'MUG', quantity }));
  await recordOrder(room.database, { ...order, order: { ...order.order, reservationId } });
  return order.orderId;
};
const drift = async () => (await findReservationDrift(room.database)).found;

describe('a reservation', () => {
  test('takes its units off what can be sold, and gives them back when it is released, once', async () => {
    await room.stock('MUG', 10);
    const { id, state, expiresAt } = await reserve(4);
    expect(state).toBe('active');
    expect(Math.round((expiresAt.getTime() - Date.now()) / 60_000)).toBe(15);
    expect(await room.level('MUG')).toEqual({ onHand: 10, reserved: 4 });
    expect(await drift()).toEqual([]);
    expect(await Promise.all([1, 2, 3].map(() => releaseReservation(room.database, id, 'test')))).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    expect(await room.level('MUG')).toEqual({ onHand: 10, reserved: 0 });
    expect(await drift()).toEqual([]);
  });

  test('of more than there is takes nothing, and says what there is', async () => {
    await room.stock('MUG', 3);
    await expect(reserve(4)).rejects.toMatchObject({
      code: 'stock_conflict',
      errors: [{ pointer: '/lines/0/quantity', message: '4 wanted, 3 available' }],
    });
    expect(await room.level('MUG')).toEqual({ onHand: 3, reserved: 0 });
    expect(await room.rows('SELECT id FROM reservations')).toEqual([]);
  });

  test('that loses the race within a transaction of its caller leaves it to the caller to run all of that again', async () => {
    await room.stock('MUG', 1);
    const cart = (owner: string) => ({
      ...{ id: newId('rsv'), channel: 'web', owner, country: null, minutes: 15, actor: 'test' },
      lines: [{ sku: 'MUG', quantity: 1 }],
    });
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let first: Promise<void> = Promise.resolve();
    await new Promise<void>((reserved, failed) => {
      first = inTransaction(room.database, async (transaction) => {
        await createReservation(transaction, cart('first'));
        reserved();
        await held;
      });
      first.catch(failed);
    });
    const second = inTransaction(room.database, (transaction) => createReservation(transaction, cart('second')));
    const outcome = second.catch((error: unknown) => error);
    await room.untilWaiting(1);
    letGo();
    await first;
    expect(await outcome).toBeInstanceOf(StockRaceLost);
    expect(await room.rows('SELECT owner FROM reservations')).toEqual([{ owner: 'first' }]);
    expect(await room.level('MUG')).toEqual({ onHand: 1, reserved: 1 });
  });

  test('is the only active one of its cart', async () => {
    await room.stock('MUG', 10);
    const { id } = await reserve(1, { owner: 'cart' });
    await expect(reserve(1, { owner: 'cart' })).rejects.toMatchObject({ code: 'already_exists' });
    await releaseReservation(room.database, id, 'test');
    await reserve(1, { owner: 'cart' });
    expect(await room.level('MUG')).toEqual({ onHand: 10, reserved: 1 });
  });

  test('ends when its time is over by the clock of the database, not before, and not when it was extended', async () => {
    await room.stock('MUG', 10);
    const { id } = await reserve(4);
    expect(await expireReservation(room.database, id)).toBeGreaterThan(14 * 60_000);
    await passTime(id);
    expect(await findOverdueReservations(room.database, 10)).toEqual([id]);
    expect((await extendReservation(room.database, id, 30))?.state).toBe('active');
    expect(await expireReservation(room.database, id)).toBeGreaterThan(29 * 60_000);
    await passTime(id);
    expect(await expireReservation(room.database, id)).toBeNull();
    expect(await expireReservation(room.database, id)).toBeNull();
    expect(await readReservation(room.database, id, 'web')).toMatchObject({ state: 'expired' });
    expect(await readReservation(room.database, id, 'pos')).toBeUndefined();
    expect(await extendReservation(room.database, id, 30)).toBeUndefined();
    expect(await room.level('MUG')).toEqual({ onHand: 10, reserved: 0 });
  });

  test('is taken over by its order, which never stands in its own way', async () => {
    await room.stock('MUG', 4);
    const { id } = await reserve(4);
    expect((await room.reserve(await room.order(free({ sku: 'MUG', quantity: 1 })))).snapshot.status).toBe('rejected');
    const orderId = await orderWith(4, id);
    expect((await room.reserve(orderId)).snapshot.status).toBe('ready_to_ship');
    expect(await room.level('MUG')).toEqual({ onHand: 4, reserved: 4 });
    expect(await readReservation(room.database, id, null)).toMatchObject({ state: 'ordered', orderId });
    expect(await room.findDrift()).toEqual([]);
    await passTime(id);
    expect(await expireReservation(room.database, id)).toBeNull();
    expect(await room.level('MUG')).toEqual({ onHand: 4, reserved: 4 });
  });

  test('is its order’s, whoever has come to wait for the item since, and whatever is to stay on the shelf', async () => {
    await room.stock('MUG', 4);
    await room.rows(`UPDATE items SET shortage = 'backorder'`);
    const { id } = await reserve(3);
    const waiting = await room.order(free({ sku: 'MUG', quantity: 9 }));
    expect((await room.reserve(waiting)).snapshot).toMatchObject({ status: 'awaiting_stock', backordered: 8 });
    await room.rows('UPDATE stock_levels SET safety_stock = 4');
    await room.rows(`UPDATE items SET shortage = 'reject'`);
    const more = await reserve(1).catch((error: unknown) => error);
    expect(more).toMatchObject({ code: 'stock_conflict' });
    expect((await room.reserve(await orderWith(3, id))).snapshot.status).toBe('ready_to_ship');
    expect(await room.level('MUG')).toEqual({ onHand: 4, reserved: 4 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('does not stretch: what its order wants beyond it is left to those that wait', async () => {
    await room.stock('MUG', 3);
    await room.rows(`UPDATE items SET shortage = 'backorder'`);
    const { id } = await reserve(3);
    await room.reserve(await room.order(free({ sku: 'MUG', quantity: 2 })));
    await room.rows(`UPDATE stock_levels SET on_hand = 4`);
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor) VALUES ('MUG', 'loc-1', 1, 0, 'received', 'test')`,
    );
    expect((await room.reserve(await orderWith(4, id))).snapshot).toMatchObject({ backordered: 1 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('that has ended before its order came leaves the order to what there is', async () => {
    await room.stock('MUG', 4);
    const { id } = await reserve(4);
    await passTime(id);
    await expireReservation(room.database, id);
    const orderId = await orderWith(4, id);
    expect((await room.reserve(orderId)).snapshot.status).toBe('ready_to_ship');
    expect(await readReservation(room.database, id, null)).toMatchObject({ state: 'expired', orderId: null });
  });

  test('and its expiry at the same moment as its order: the units are counted once', async () => {
    await room.stock('MUG', 40);
    for (let round = 0; round < 10; round += 1) {
      const { id } = await reserve(4);
      await passTime(id);
      const orderId = await orderWith(4, id);
      await Promise.all([room.reserve(orderId), expireReservation(room.database, id)]);
      expect(await room.level('MUG')).toEqual({ onHand: 40, reserved: 4 * (round + 1) });
    }
    expect(await drift()).toEqual([]);
  });
});

describe('a thousand carts at once', () => {
  test('for a hundred units: exactly a hundred get one, and the others hear so', async () => {
    await room.stock('MUG', 100);
    const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, () => reserve(1)));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(900);
    for (const outcome of refused)
      expect((outcome as PromiseRejectedResult).reason).toMatchObject({ code: 'stock_conflict' });
    expect(await room.level('MUG')).toEqual({ onHand: 100, reserved: 100 });
    expect(await drift()).toEqual([]);
  });
});

describe('a kit', () => {
  beforeEach(async () => {
    await room.stock('CUP', 10);
    await room.stock('SAUCER', 6);
    await room.rows(`INSERT INTO items (sku, name) VALUES ('SET', 'Tea set')`);
    await room.rows(`INSERT INTO item_components (kit, sku, quantity) VALUES ('SET', 'CUP', 2), ('SET', 'SAUCER', 1)`);
  });

  test('takes its components, keeps those it was sold with, and gives or sends them whole', async () => {
    const [sent, cancelled] = [
      await room.order(free({ sku: 'SET', quantity: 3 })),
      await room.order(free({ sku: 'SET', quantity: 2 })),
    ];
    await room.reserve(sent);
    await room.reserve(cancelled);
    expect([await room.level('CUP'), await room.level('SAUCER')]).toEqual([
      { onHand: 10, reserved: 10 },
      { onHand: 6, reserved: 5 },
    ]);
    await room.rows(`UPDATE item_components SET quantity = 5 WHERE sku = 'CUP'`);
    await room.cancel(cancelled);
    await room.begin(sent);
    await room.dispatch(sent);
    expect(await room.deliver(sent)).toMatchObject({ status: 'completed', fulfilmentStatus: 'delivered' });
    expect([await room.level('CUP'), await room.level('SAUCER')]).toEqual([
      { onHand: 4, reserved: 0 },
      { onHand: 3, reserved: 0 },
    ]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('and a single component of it on another line are counted together', async () => {
    const both = await room.order(free({ sku: 'SET', quantity: 4 }, { sku: 'CUP', quantity: 3 }));
    expect((await room.reserve(both)).snapshot.status).toBe('rejected');
    const fits = await room.order(free({ sku: 'SET', quantity: 4 }, { sku: 'CUP', quantity: 2 }));
    expect((await room.reserve(fits)).snapshot.status).toBe('ready_to_ship');
    expect(await room.level('CUP')).toEqual({ onHand: 10, reserved: 10 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('that is short waits for its components, and they are kept for it', async () => {
    await room.rows(`UPDATE items SET shortage = 'backorder' WHERE sku = 'SET'`);
    const waiting = await room.order(free({ sku: 'SET', quantity: 7 }));
    expect((await room.reserve(waiting)).snapshot).toMatchObject({ status: 'awaiting_stock', backordered: 2 });
    expect(await room.rows('SELECT sku, units FROM backorders ORDER BY sku')).toEqual([
      { sku: 'CUP', units: 4 },
      { sku: 'SAUCER', units: 2 },
    ]);
    // One saucer is left, and belongs to the set.
    const saucer = await room.reserve(await room.order(free({ sku: 'SAUCER', quantity: 1 })));
    expect(saucer.snapshot.status).toBe('rejected');
  });

  test('in a cart holds its components', async () => {
    await reserve(2, { sku: 'SET' });
    expect([await room.level('CUP'), await room.level('SAUCER')].map(({ reserved }) => reserved)).toEqual([4, 2]);
    expect(await drift()).toEqual([]);
  });
});

/** Existing holds and allocations have each to count, in each combination: some systems look at one and forget the other. */
describe.each([
  ['no cart', 0],
  ['a cart of another', 3],
])('with %s', (_cart, held) => {
  describe.each([
    ['nothing allocated', 0],
    ['an order before', 3],
  ])('and %s', (_before, allocated) => {
    test.each([
      ['an item at one location', 'MUG', ['loc-1']],
      ['an item at two locations', 'MUG', ['loc-1', 'loc-2']],
      ['a kit at one location', 'BOX', ['loc-1']],
      ['a kit at two locations', 'BOX', ['loc-1', 'loc-2']],
    ])('%s sells what is left, to the last unit and not one more', async (_what, sku, locations) => {
      const each = 10;
      for (const location of locations) await room.stock('MUG', sku === 'BOX' ? each * 2 : each, { location });
      if (sku === 'BOX') {
        await room.rows(`INSERT INTO items (sku, name) VALUES ('BOX', 'Box of two')`);
        await room.rows(`INSERT INTO item_components (kit, sku, quantity) VALUES ('BOX', 'MUG', 2)`);
      }
      if (held > 0) await reserve(held, { sku });
      if (allocated > 0) await room.reserve(await room.order(free({ sku, quantity: allocated })));
      const left = each * locations.length - held - allocated;
      const tooMany = await room.reserve(await room.order(free({ sku, quantity: left + 1 })));
      expect(tooMany.snapshot.status).toBe('rejected');
      expect((await room.reserve(await room.order(free({ sku, quantity: left })))).snapshot.status).toBe(
        'ready_to_ship',
      );
      expect((await room.reserve(await room.order(free({ sku, quantity: 1 })))).snapshot.status).toBe('rejected');
      expect(await drift()).toEqual([]);
    });
  });
});
