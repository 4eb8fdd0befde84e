import { adjustStock, type StockAdjustment } from '../../db/inventory/adjustStock';
import type { StockLevel } from '../../db/inventory/stockLevel';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterAll(() => room.close());

let skus = 0;
async function shelf(onHand: number): Promise<string> {
  const sku = `BUCKET-${(skus += 1)}`;
  await room.stock(sku, onHand);
  return sku;
}
const adjust = (sku: string, change: Partial<StockAdjustment>): Promise<StockLevel> =>
  adjustStock(room.database, { sku, location: 'loc-1', reason: 'inspected', actor: 'key:ops', ...change });

describe('a bucket of a level', () => {
  test('damaged or on quality hold takes units from what can be promised, and gives them back', async () => {
    const sku = await shelf(10);
    expect(await adjust(sku, { bucket: 'damaged', delta: 3 })).toMatchObject({ onHand: 10, damaged: 3, available: 7 });
    expect(await adjust(sku, { bucket: 'qualityHold', setTo: 5, expected: 0 })).toMatchObject({
      ...{ onHand: 10, damaged: 3, qualityHold: 5, available: 2 },
    });
    expect(await adjust(sku, { bucket: 'qualityHold', delta: -5 })).toMatchObject({ qualityHold: 0, available: 7 });
    const ledger = await room.rows(
      `SELECT on_hand_delta, damaged_delta, quality_hold_delta FROM stock_movements WHERE sku = ? AND reason = 'inspected' ORDER BY id`,
      [sku],
    );
    expect(ledger).toEqual([
      { on_hand_delta: 0, damaged_delta: 3, quality_hold_delta: 0 },
      { on_hand_delta: 0, damaged_delta: 0, quality_hold_delta: 5 },
      { on_hand_delta: 0, damaged_delta: 0, quality_hold_delta: -5 },
    ]);
  });

  test('is scrapped in one step: its units are never for sale in between', async () => {
    const sku = await shelf(5);
    await adjust(sku, { bucket: 'damaged', delta: 5 });
    await expect(adjust(sku, { delta: -5 })).rejects.toMatchObject({ code: 'stock_conflict' });
    expect(await adjust(sku, { bucket: 'damaged', delta: -5, withOnHand: true })).toMatchObject({
      ...{ onHand: 0, damaged: 0, available: 0 },
    });
  });

  test('is compared with the expected figure of that bucket', async () => {
    const sku = await shelf(5);
    await adjust(sku, { bucket: 'damaged', delta: 2 });
    await expect(adjust(sku, { bucket: 'damaged', setTo: 0, expected: 5 })).rejects.toMatchObject({
      message: '2 units are damaged, not 5; read the stock again and decide anew',
    });
  });

  test('never takes more than is there', async () => {
    const sku = await shelf(5);
    await adjust(sku, { bucket: 'damaged', delta: 2 });
    await expect(adjust(sku, { bucket: 'qualityHold', delta: 4 })).rejects.toMatchObject({
      code: 'stock_conflict',
      message: `5 units on hand would be less than the 6 reserved, damaged or held back (${sku} at loc-1)`,
    });
    await expect(adjust(sku, { bucket: 'damaged', delta: -3 })).rejects.toMatchObject({ code: 'stock_conflict' });
  });

  test('safety stock is a setting: no line in the ledger, and one that says who changed what', async () => {
    const sku = await shelf(5);
    expect(await adjust(sku, { bucket: 'safetyStock', setTo: 4, document: 'PLAN-1' })).toMatchObject({
      ...{ onHand: 5, safetyStock: 4, available: 1 },
    });
    expect(await adjust(sku, { bucket: 'safetyStock', setTo: 4 })).toMatchObject({ safetyStock: 4 });
    await expect(adjust(sku, { bucket: 'safetyStock', delta: -5 })).rejects.toMatchObject({ code: 'stock_conflict' });
    await expect(adjust(sku, { bucket: 'safetyStock', setTo: 1, expected: 3 })).rejects.toMatchObject({
      message: '4 units are safety stock, not 3; read the stock again and decide anew',
    });
    expect(await room.rows('SELECT count(*)::int AS lines FROM stock_movements WHERE sku = ?', [sku])).toEqual([
      { lines: 1 },
    ]);
    const changes = await room.rows(
      'SELECT kind, was, became, reason, document, actor FROM stock_level_changes WHERE sku = ?',
      [sku],
    );
    expect(changes).toEqual([
      {
        ...{ kind: 'safety_stock', was: { safetyStock: 0 }, became: { safetyStock: 4 } },
        ...{ reason: 'inspected', document: 'PLAN-1', actor: 'key:ops' },
      },
    ]);
  });

  test('is not one of a kit', async () => {
    const [kit, part] = [await shelf(0), await shelf(1)];
    await room.rows('INSERT INTO item_components (kit, sku, quantity) VALUES (?, ?, 2)', [kit, part]);
    await expect(adjust(kit, { delta: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: `${kit} is a kit and has no stock of its own: move that of its components`,
    });
    await expect(adjust(kit, { bucket: 'safetyStock', setTo: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: `${kit} is a kit: set the safety stock of its components`,
    });
    expect(await room.rows('SELECT FROM stock_level_changes WHERE sku = ?', [kit])).toEqual([]);
  });
});
