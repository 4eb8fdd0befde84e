import { claimOffers } from '../../db/inventory/claimOffers';
import { createInventoryActivities } from '../../activities/inventory';
import { adjustStock } from '../../db/inventory/adjustStock';
import { inTransaction } from '../../db/transaction';
import { moveStock } from '../../db/inventory/moveStock';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
});
afterEach(() => room.close());

const activities = () => createInventoryActivities({ database: room.database });
const letWait = (sku: string, shortage: string) =>
  room.rows('UPDATE items SET shortage = ? WHERE sku = ?', [shortage, sku]);
const receive = (sku: string, units: number, location = 'loc-1') =>
  inTransaction(room.database, (transaction) =>
    moveStock(transaction, [{ sku, location, onHand: units }], { reason: 'received', document: null, actor: 'test' }),
  );
const line = async (orderId: string) =>
  (
    await room.rows<{ allocated: number; backordered: number; cancelled: number }>(
      'SELECT allocated, backordered, cancelled FROM order_lines WHERE order_id = ? ORDER BY position',
      [orderId],
    )
  ).at(0);
const mug = (quantity: number) => room.order(free({ sku: 'MUG', quantity }));

describe('an order for more than there is', () => {
  test('keeps what is there and waits for the rest, where its item may be backordered', async () => {
    await room.stock('MUG', 3);
    await letWait('MUG', 'backorder');
    const orderId = await mug(5);
    const { snapshot } = await room.reserve(orderId);
    expect(snapshot).toMatchObject({ status: 'awaiting_stock', backordered: 2, waitsForStock: true });
    expect(await line(orderId)).toEqual({ allocated: 3, backordered: 2, cancelled: 0 });
    expect(await room.level('MUG')).toEqual({ onHand: 3, reserved: 3 });

    await receive('MUG', 1);
    expect((await activities().allocateBackorder({ orderId })).snapshot).toMatchObject({ backordered: 1 });
    await receive('MUG', 4);
    const { snapshot: whole, parcels } = await activities().allocateBackorder({ orderId });
    expect(whole).toMatchObject({ status: 'ready_to_ship', backordered: 0, waitsForStock: false });
    expect(parcels.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(await room.level('MUG')).toEqual({ onHand: 8, reserved: 5 });
    expect(await room.rows('SELECT * FROM backorders')).toEqual([]);
    expect(await room.findDrift()).toEqual([]);
  });

  test.each([
    ['the rule of its channel for the item goes before the item', 'MUG', 'reject', 'backorder', 'rejected'],
    ['the rule of its channel for all items goes before the item', null, 'partial', 'reject', 'awaiting_stock'],
  ])('%s', async (_what, sku, rule, item, status) => {
    await room.stock('MUG', 0);
    await letWait('MUG', item);
    await room.rows(
      `INSERT INTO channel_stock_rules (channel, sku, shortage, updated_by) VALUES ('web', ?, ?, 'test')`,
      [sku, rule],
    );
    expect((await room.reserve(await mug(1))).snapshot.status).toBe(status);
  });

  test('that is partly there waits with nothing where its policy is to ship in part', async () => {
    await room.stock('MUG', 3);
    await letWait('MUG', 'partial');
    const { snapshot } = await room.reserve(await mug(5));
    expect(snapshot).toMatchObject({ backordered: 2, waitsForStock: false });
  });

  test('is cancelled whole with its claim', async () => {
    await room.stock('MUG', 3);
    await letWait('MUG', 'backorder');
    const orderId = await mug(5);
    await room.reserve(orderId);
    expect((await room.cancel(orderId)).status).toBe('cancelled');
    expect(await room.rows('SELECT * FROM backorders')).toEqual([]);
    expect(await room.level('MUG')).toEqual({ onHand: 3, reserved: 0 });
    expect(await room.findDrift()).toEqual([]);
  });

  test.each([
    ['ship_available', { allocated: 3, backordered: 2, cancelled: 0 }, { backordered: 2, waitsForStock: false }],
    ['cancel_missing', { allocated: 3, backordered: 0, cancelled: 2 }, { status: 'ready_to_ship', backordered: 0 }],
    ['wait', { allocated: 3, backordered: 2, cancelled: 0 }, { status: 'awaiting_stock', waitsForStock: true }],
  ] as const)('goes on as its customer decides: %s', async (choice, quantities, snapshot) => {
    await room.stock('MUG', 3);
    await letWait('MUG', 'backorder');
    const orderId = await mug(5);
    await room.reserve(orderId);
    const request = { choice, requestId: 'r', actor: 'test' };
    expect((await activities().decideBackorder({ orderId, request })).snapshot).toMatchObject(snapshot);
    expect(await line(orderId)).toEqual(quantities);
    if (choice !== 'ship_available') return;
    await receive('MUG', 1);
    // What the customer chose outlasts the next allocation.
    expect((await activities().allocateBackorder({ orderId })).snapshot).toMatchObject({
      ...{ backordered: 1, waitsForStock: false },
    });
  });
});

test('a decision that is repeated is carried out and told once, and never goes back on a later one', async () => {
  await room.stock('MUG', 3);
  await letWait('MUG', 'backorder');
  const orderId = await mug(5);
  await room.reserve(orderId);
  const decide = (choice: 'wait' | 'ship_available') =>
    activities().decideBackorder({ orderId, request: { choice, requestId: choice, actor: 'test' } });
  await Promise.all([decide('ship_available'), decide('ship_available')]);
  expect((await decide('wait')).snapshot.waitsForStock).toBe(true);
  expect((await decide('ship_available')).snapshot.waitsForStock).toBe(true);
  const told = await room.rows(
    `SELECT data->>'choice' AS choice FROM order_events WHERE type = 'backorder.decided' ORDER BY sequence`,
  );
  expect(told).toEqual([{ choice: 'ship_available' }, { choice: 'wait' }]);
});

describe('what comes in', () => {
  test('belongs to those that wait: a later order gets only what is left after them', async () => {
    await room.stock('MUG', 0);
    await letWait('MUG', 'backorder');
    const [first, second] = [await mug(4), await mug(4)];
    await room.reserve(first);
    await room.reserve(second);
    await receive('MUG', 10);
    await letWait('MUG', 'reject');
    const greedy = await room.reserve(await mug(3));
    expect(greedy.snapshot.statusReason).toBe('insufficient_stock: MUG (3 wanted, 2 available)');
    expect((await room.reserve(await mug(2))).snapshot.status).toBe('ready_to_ship');
    // Whoever hears of it first: the claim of the one that waits longer stands.
    expect((await activities().allocateBackorder({ orderId: second })).snapshot.backordered).toBe(0);
    expect((await activities().allocateBackorder({ orderId: first })).snapshot.backordered).toBe(0);
    expect(await room.level('MUG')).toEqual({ onHand: 10, reserved: 10 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('is not enough for all: the one that waits longer gets it, even if another one asks first', async () => {
    await room.stock('MUG', 0);
    await letWait('MUG', 'backorder');
    const [first, second] = [await mug(4), await mug(4)];
    await room.reserve(first);
    await room.reserve(second);
    await receive('MUG', 5);
    expect((await activities().allocateBackorder({ orderId: second })).snapshot.backordered).toBe(3);
    expect((await activities().allocateBackorder({ orderId: first })).snapshot.backordered).toBe(0);
    expect(await room.findDrift()).toEqual([]);
  });

  test('goes to an order of higher priority first', async () => {
    await room.stock('MUG', 0);
    await letWait('MUG', 'backorder');
    const [first, urgent] = [await mug(4), await mug(4)];
    await room.rows('UPDATE orders SET priority = 5 WHERE id = ?', [urgent]);
    await room.reserve(first);
    await room.reserve(urgent);
    await receive('MUG', 4);
    expect(await claimOffers(room.database, 10)).toEqual([urgent]);
    expect((await activities().allocateBackorder({ orderId: first })).snapshot.backordered).toBe(4);
    expect((await activities().allocateBackorder({ orderId: urgent })).snapshot.backordered).toBe(0);
  });

  test('is offered once to those that can get some of it, and to nobody while there is none', async () => {
    await room.stock('MUG', 0);
    await letWait('MUG', 'backorder');
    const ids = [await mug(4), await mug(4), await mug(4)];
    for (const orderId of ids) await room.reserve(orderId);
    expect(await claimOffers(room.database, 10)).toEqual([]);
    await receive('MUG', 5);
    const offers = await Promise.all([1, 2, 3, 4].map(() => claimOffers(room.database, 10)));
    expect(offers.flat().sort()).toEqual(ids.slice(0, 2).sort());
    expect(await claimOffers(room.database, 10)).toEqual([]);
  });

  test('and what is corrected downwards is never given twice', async () => {
    await room.stock('MUG', 0);
    await letWait('MUG', 'backorder');
    const ids = await Promise.all(Array.from({ length: 6 }, () => mug(2)));
    for (const orderId of ids) await room.reserve(orderId);
    await Promise.all([
      receive('MUG', 7),
      ...ids.map((orderId) => activities().allocateBackorder({ orderId })),
      receive('MUG', 3),
      ...ids.toReversed().map((orderId) => activities().allocateBackorder({ orderId })),
    ]);
    for (const orderId of ids) await activities().allocateBackorder({ orderId });
    expect(await room.level('MUG')).toEqual({ onHand: 10, reserved: 10 });
    await expect(
      adjustStock(room.database, { sku: 'MUG', location: 'loc-1', delta: -1, reason: 'count', actor: 'test' }),
    ).rejects.toThrow(/reserved/);
    expect(await room.findDrift()).toEqual([]);
  });
});
