import { adjustStock, type StockAdjustment } from '../../db/inventory/adjustStock';
import type { StockLevel } from '../../db/inventory/stockLevel';
import { moveStock } from '../../db/inventory/moveStock';
import { inTransaction } from '../../db/transaction';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  await Promise.all(Array.from({ length: 20 }, () => room.rows('SELECT pg_sleep(0.2)')));
});
afterAll(() => room.close());

let skus = 0;
async function trackedShelf(): Promise<string> {
  const sku = `LOT-${(skus += 1)}`;
  await room.stock(sku, 0);
  await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = ?`, [sku]);
  return sku;
}
const adjust = (sku: string, change: Partial<StockAdjustment>): Promise<StockLevel> =>
  adjustStock(room.database, { sku, location: 'loc-1', reason: 'received', actor: 'key:ops', ...change });
const lotsOf = (sku: string) =>
  room.rows<{ lot: string; on_hand: number }>('SELECT lot, on_hand FROM stock_lots WHERE sku = ? ORDER BY lot', [sku]);
const offLots = () =>
  room.rows(
    `SELECT s.sku FROM stock_levels s JOIN items i ON i.sku = s.sku AND i.tracking = 'lot'
     WHERE s.on_hand <> (SELECT coalesce(sum(l.on_hand), 0) FROM stock_lots l WHERE l.sku = s.sku AND l.location = s.location)`,
  );

describe('an item that is tracked by lot', () => {
  test('has its units in lots, each with its day of expiry and its line in the ledger', async () => {
    const sku = await trackedShelf();
    await adjust(sku, { delta: 5, lot: 'A', expiresOn: '2027-05-31' });
    expect(await adjust(sku, { delta: 3, lot: 'B' })).toMatchObject({ onHand: 8 });
    expect(await adjust(sku, { setTo: 4, expected: 5, lot: 'A' })).toMatchObject({ onHand: 7 });
    expect(await lotsOf(sku)).toEqual([
      { lot: 'A', on_hand: 4 },
      { lot: 'B', on_hand: 3 },
    ]);
    const lines = await room.rows('SELECT lot, on_hand_delta FROM stock_movements WHERE sku = ? ORDER BY id', [sku]);
    expect(lines).toEqual([
      { lot: 'A', on_hand_delta: 5 },
      { lot: 'B', on_hand_delta: 3 },
      { lot: 'A', on_hand_delta: -1 },
    ]);
  });

  test.each<[string, Partial<StockAdjustment>, string, RegExp]>([
    ['without a lot', { delta: 1 }, 'invalid_request', /is tracked by lot: say which `lot`/],
    ['damaged, without a lot', { bucket: 'damaged', delta: 1 }, 'invalid_request', /say which `lot`/],
    ['of more than the lot has', { delta: -6, lot: 'A' }, 'stock_conflict', /the lot has not so many units/],
    ['of a lot that is not there', { delta: -1, lot: 'C' }, 'stock_conflict', /the lot has not so many units/],
    [
      'from another figure of the lot',
      { setTo: 1, expected: 8, lot: 'A' },
      'stock_conflict',
      /5 units are on hand, not 8/,
    ],
    [
      'of a lot with another expiry',
      { delta: 1, lot: 'A', expiresOn: '2028-01-01' },
      'invalid_request',
      /expires on 2027/,
    ],
    [
      'that spoils more than the lot has',
      { bucket: 'damaged', delta: 6, lot: 'A' },
      'stock_conflict',
      /the lot has not so many units/,
    ],
  ])('is not moved %s', async (_how, change, code, message) => {
    const sku = await trackedShelf();
    await adjust(sku, { delta: 5, lot: 'A', expiresOn: '2027-05-31' });
    await adjust(sku, { delta: 3, lot: 'B' });
    await expect(adjust(sku, change)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(await offLots()).toEqual([]);
  });

  test('is the only one that has lots', async () => {
    await room.stock('NO-LOTS', 1);
    await expect(adjust('NO-LOTS', { delta: 1, lot: 'A' })).rejects.toMatchObject({
      message: 'NO-LOTS is not tracked by lot: leave `lot` out',
    });
  });

  test('gets a new lot by 20 deliveries at once: it is made once and adds up', async () => {
    const sku = await trackedShelf();
    await Promise.all(Array.from({ length: 20 }, () => adjust(sku, { delta: 2, lot: 'NEW' })));
    expect(await lotsOf(sku)).toEqual([{ lot: 'NEW', on_hand: 40 }]);
    expect(await offLots()).toEqual([]);
  });

  test('leaves with an order first expired first, with a line in the ledger for each lot', async () => {
    const sku = await trackedShelf();
    await room.stock(`${sku}-PLAIN`, 5);
    await adjust(sku, { delta: 4, lot: 'LATE', expiresOn: '2027-12-31' });
    await adjust(sku, { delta: 3, lot: 'SOON', expiresOn: '2027-02-28' });
    await adjust(sku, { delta: 3, lot: 'BAD', expiresOn: '2027-01-31' });
    await adjust(sku, { bucket: 'qualityHold', delta: 2, lot: 'BAD' });
    const orderId = await room.order(free({ sku, quantity: 5 }, { sku: `${sku}-PLAIN`, quantity: 1 }));
    await room.reserve(orderId);
    await room.begin(orderId);
    expect(await room.dispatch(orderId)).toMatchObject({ status: 'shipped' });
    await room.dispatch(orderId);
    expect(await lotsOf(sku)).toEqual([
      { lot: 'BAD', on_hand: 2 },
      { lot: 'LATE', on_hand: 3 },
      { lot: 'SOON', on_hand: 0 },
    ]);
    expect(await room.level(sku)).toEqual({ onHand: 5, reserved: 0 });
    expect(await room.level(`${sku}-PLAIN`)).toEqual({ onHand: 4, reserved: 0 });
    const lines = await room.rows(
      `SELECT sku, lot, on_hand_delta, reserved_delta FROM stock_movements WHERE document = ? AND reason = 'shipped' ORDER BY sku, lot`,
      [orderId],
    );
    expect(lines).toEqual([
      { sku, lot: 'BAD', on_hand_delta: -1, reserved_delta: -1 },
      { sku, lot: 'LATE', on_hand_delta: -1, reserved_delta: -1 },
      { sku, lot: 'SOON', on_hand_delta: -3, reserved_delta: -3 },
      { sku: `${sku}-PLAIN`, lot: null, on_hand_delta: -1, reserved_delta: -1 },
    ]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('leaves as a part of kits, together with units of the same order that were bought alone', async () => {
    const [sku, box] = [await trackedShelf(), `BOX-${skus}`];
    await room.stock(box, 9);
    await room.stock(`KIT-${skus}`, 0);
    for (const [part, quantity] of [
      [sku, 3],
      [box, 1],
    ] as const)
      await room.rows('INSERT INTO item_components (kit, sku, quantity) VALUES (?, ?, ?)', [
        `KIT-${skus}`,
        part,
        quantity,
      ]);
    await adjust(sku, { delta: 5, lot: 'B', expiresOn: '2027-06-30' });
    await adjust(sku, { delta: 6, lot: 'A', expiresOn: '2027-01-31' });
    const orderId = await room.order(free({ sku: `KIT-${skus}`, quantity: 2 }, { sku, quantity: 2 }));
    await room.reserve(orderId);
    await room.begin(orderId);
    expect(await room.dispatch(orderId)).toMatchObject({ status: 'shipped' });
    expect(await lotsOf(sku)).toEqual([
      { lot: 'A', on_hand: 0 },
      { lot: 'B', on_hand: 3 },
    ]);
    expect(await room.level(box)).toEqual({ onHand: 7, reserved: 0 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('leaves with 12 parcels at once, while lots come and are corrected: the lots stay the sum', async () => {
    const sku = await trackedShelf();
    for (const lot of ['A', 'B', 'C', 'D'])
      await adjust(sku, { delta: 6, lot, expiresOn: `2027-0${lot.charCodeAt(0) - 64}-01` });
    const orders = await Promise.all(Array.from({ length: 12 }, () => room.order(free({ sku, quantity: 2 }))));
    for (const orderId of orders) await room.reserve(orderId);
    await Promise.all(orders.map((orderId) => room.begin(orderId)));
    const deliveries = ['E', 'F'].map((lot) => adjust(sku, { delta: 5, lot, expiresOn: '2026-12-01' }));
    await Promise.all([...orders.map((orderId) => room.dispatch(orderId)), ...deliveries]);
    expect(await room.level(sku)).toEqual({ onHand: 10, reserved: 0 });
    expect(await offLots()).toEqual([]);
    expect(await room.findDrift()).toEqual([]);
  });
});

describe('moves of several levels at once', () => {
  test('in any order never wait for each other for good', async () => {
    const names = ['M1', 'M2', 'M3', 'M4'];
    for (const name of names) await room.stock(name, 100);
    const turns = Array.from({ length: 24 }, (_, turn) => [...names.slice(turn % 4), ...names.slice(0, turn % 4)]);
    await Promise.all(
      turns.map((order) =>
        inTransaction(room.database, (transaction) =>
          moveStock(
            transaction,
            order.map((sku) => ({ sku, location: 'loc-1', onHand: 1 })),
            { reason: 'found', document: null, actor: 'test' },
          ),
        ),
      ),
    );
    for (const name of names) expect(await room.level(name)).toEqual({ onHand: 124, reserved: 0 });
    expect(await room.findDrift()).toEqual([]);
  });
});
