import { adjustStock, type StockAdjustment } from '../../db/inventory/adjustStock';
import type { StockLevel } from '../../db/inventory/stockLevel';
import { Refusal } from '../../domain/failures';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  // Connections are made when they are first needed; a race needs them all to be there.
  await Promise.all(Array.from({ length: 20 }, () => room.rows('SELECT pg_sleep(0.3)')));
});
afterAll(() => room.close());

let skus = 0;
/** An item of its own for each test. */
async function shelf(onHand: number, safetyStock = 0): Promise<string> {
  const sku = `ITEM-${(skus += 1)}`;
  await room.stock(sku, onHand, { safetyStock });
  return sku;
}
const adjust = (sku: string, change: Partial<StockAdjustment>): Promise<StockLevel> =>
  adjustStock(room.database, { sku, location: 'loc-1', reason: 'counted', actor: 'key:ops', ...change });
const movements = (sku: string) =>
  room.rows(
    'SELECT on_hand_delta, reserved_delta, reason, document, actor FROM stock_movements WHERE sku = ? ORDER BY id',
    [sku],
  );

describe('an adjustment of stock', () => {
  test('by a number of units changes what is on hand, and stands in the ledger with who, why and on which paper', async () => {
    const sku = await shelf(10, 3);
    expect(await adjust(sku, { delta: 5, reason: 'received', document: 'DN-7' })).toEqual({
      ...{ sku, location: 'loc-1', onHand: 15, reserved: 0, picked: 0, damaged: 0, qualityHold: 0 },
      ...{ safetyStock: 3, incoming: 0, available: 12 },
    });
    expect(await movements(sku)).toMatchObject([
      { on_hand_delta: 10 },
      { on_hand_delta: 5, reserved_delta: 0, reason: 'received', document: 'DN-7', actor: 'key:ops' },
    ]);
  });

  test('to a figure writes the difference into the ledger', async () => {
    const sku = await shelf(10);
    expect(await adjust(sku, { setTo: 7 })).toMatchObject({ onHand: 7 });
    expect(await adjust(sku, { setTo: 0 })).toMatchObject({ onHand: 0 });
    expect(await movements(sku)).toMatchObject([{ on_hand_delta: 10 }, { on_hand_delta: -3 }, { on_hand_delta: -7 }]);
  });

  test('that changes nothing leaves no line in the ledger', async () => {
    const sku = await shelf(10);
    expect(await adjust(sku, { setTo: 10 })).toMatchObject({ onHand: 10 });
    expect(await adjust(sku, { delta: 0 })).toMatchObject({ onHand: 10 });
    expect(await movements(sku)).toHaveLength(1);
  });

  test('opens the level of an item at a location that never had it', async () => {
    const sku = await shelf(10);
    await room.stock(`${sku}-OTHER`, 1, { location: 'loc-2' });
    expect(await adjust(sku, { location: 'loc-2', delta: 4 })).toMatchObject({ location: 'loc-2', onHand: 4 });
  });

  test('from an expected figure is made when it is that, and refused with the true one when it is not', async () => {
    const sku = await shelf(10);
    expect(await adjust(sku, { setTo: 8, expected: 10 })).toMatchObject({ onHand: 8 });
    await expect(adjust(sku, { setTo: 7, expected: 10 })).rejects.toMatchObject({
      code: 'stock_conflict',
      message: '8 units are on hand, not 10; read the stock again and decide anew',
    });
    expect(await room.level(sku)).toMatchObject({ onHand: 8 });
    expect(await movements(sku)).toHaveLength(2);
  });

  test('from the same expected figure by 20 people at once is made by one of them', async () => {
    const sku = await shelf(10);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => adjust(sku, { setTo: 20 + index, expected: 10 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await movements(sku)).toHaveLength(2);
    expect(await room.findDrift()).toEqual([]);
  });

  test('by 30 people at once adds up: no update is lost', async () => {
    const sku = await shelf(100);
    await Promise.all(Array.from({ length: 30 }, (_, index) => adjust(sku, { delta: index % 2 === 0 ? 3 : -2 })));
    expect(await room.level(sku)).toEqual({ onHand: 115, reserved: 0 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('below what is reserved for orders is refused, and into the safety stock is not', async () => {
    const sku = await shelf(10, 4);
    await room.reserve(await room.order(free({ sku, quantity: 6 })));
    await expect(adjust(sku, { setTo: 5 })).rejects.toMatchObject({
      code: 'stock_conflict',
      message: `5 units on hand would be less than the 6 reserved for orders (${sku} at loc-1)`,
    });
    await expect(adjust(sku, { delta: -5 })).rejects.toBeInstanceOf(Refusal);
    expect(await adjust(sku, { setTo: 6 })).toMatchObject({ onHand: 6, reserved: 6, available: -4 });
    expect(await room.findDrift()).toEqual([]);
  });

  test('below nothing is refused', async () => {
    const sku = await shelf(3);
    await expect(adjust(sku, { delta: -4 })).rejects.toMatchObject({ code: 'stock_conflict' });
    expect(await room.level(sku)).toEqual({ onHand: 3, reserved: 0 });
  });

  test('of an item that is not in the catalogue is refused and names the field', async () => {
    await expect(adjust('NO-SUCH-ITEM', { delta: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'there is no item NO-SUCH-ITEM',
      errors: [{ pointer: '/sku' }],
    });
  });

  test('at a location that is none is refused and names the field', async () => {
    const sku = await shelf(1);
    await expect(adjust(sku, { location: 'the-moon', delta: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'there is no location the-moon',
      errors: [{ pointer: '/location' }],
    });
  });
});
