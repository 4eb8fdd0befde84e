import type { OutsideLevel } from '../../domain/inventory/outsideLevel';
import { applyLevels } from '../../db/inventory/sync/applyLevels';
import { listSyncProblems } from '../../db/inventory/sync/listSyncProblems';
import { listSellingChannels, noteSignals } from '../../db/inventory/sync/noteSignals';
import { listUndelivered, markDelivered, purgeStockEvents } from '../../db/inventory/sync/stockEvents';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterAll(() => room.close());

let skus = 0;
const shelf = async (onHand: number): Promise<string> => {
  const sku = `ITEM-${String((skus += 1)).padStart(3, '0')}`;
  await room.stock(sku, onHand);
  return sku;
};
const soon = () => new Date(Date.now() + 1_000).toISOString();
const says = (sku: string, onHand: number, more: Partial<OutsideLevel> = {}): OutsideLevel => ({
  ...{ sku, location: 'loc-1', onHand, asOf: soon() },
  ...more,
});
const apply = (...levels: OutsideLevel[]) => applyLevels(room.database, levels, 'sync-1');
const problems = async (sku: string) =>
  (await listSyncProblems(room.database, { after: null, limit: 100 }))
    .filter((one) => one.sku === sku)
    .map(({ problem }) => problem);

describe('what an outside system says is on hand', () => {
  test('becomes the level, with its line in the ledger; again it changes nothing', async () => {
    const [more, less, same] = [await shelf(10), await shelf(10), await shelf(10)];
    const levels = [says(more, 14), says(less, 7), says(same, 10)];
    expect(await apply(...levels)).toEqual({ read: 3, applied: 2, unchanged: 1, stale: 0, problems: 0 });
    expect(await apply(...levels)).toEqual({ read: 3, applied: 0, unchanged: 3, stale: 0, problems: 0 });
    expect([(await room.level(more)).onHand, (await room.level(less)).onHand]).toEqual([14, 7]);
    expect(
      await room.rows(
        `SELECT on_hand_delta, reason, document, actor FROM stock_movements WHERE sku = ? AND reason = 'synced'`,
        [more],
      ),
    ).toEqual([{ on_hand_delta: 4, reason: 'synced', document: 'sync-1', actor: 'stock-sync' }]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('of a level that is new here makes it', async () => {
    const sku = await shelf(1);
    await room.stock(`${sku}-B`, 0, { location: 'loc-2' });
    await apply(says(sku, 6, { location: 'loc-2' }));
    expect((await room.level(sku, 'loc-2')).onHand).toBe(6);
  });

  test('never takes what is reserved: that is reported, the level stays, and a word that fits ends the report', async () => {
    const sku = await shelf(10);
    await room.reserve(await room.order(free({ sku, quantity: 6 })));
    expect(await apply(says(sku, 5))).toMatchObject({ applied: 0, problems: 1 });
    expect(await room.level(sku)).toEqual({ onHand: 10, reserved: 6 });
    expect(await problems(sku)).toEqual(['5 would be on hand, and 6 are reserved, damaged or held back']);
    expect(await apply(says(sku, 6))).toMatchObject({ applied: 1 });
    expect(await problems(sku)).toEqual([]);
  });

  test('of what is unknown here, or counted by lot, is reported, and the others are taken over', async () => {
    const [good, lots] = [await shelf(1), await shelf(0)];
    await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = ?`, [lots]);
    const counts = await apply(says('NO-SUCH', 3), says(good, 2), says(good, 2, { location: 'moon' }), says(lots, 3));
    expect(counts).toMatchObject({ read: 4, applied: 1, problems: 3 });
    expect(await problems('NO-SUCH')).toEqual(['there is no such item or location']);
    expect((await problems(lots))[0]).toContain('lot');
  });

  test('is as old as it says: what left here since stays gone, and older words than the last are passed over', async () => {
    const sku = await shelf(10);
    const before = new Date(Date.now() - 60_000).toISOString();
    await room.rows(`UPDATE stock_levels SET on_hand = 7 WHERE sku = ?`, [sku]);
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor) VALUES (?, 'loc-1', -3, 0, 'shipped', 'test')`,
      [sku],
    );
    // The first stock came within that minute, too: on hand was nothing then.
    expect(await apply(says(sku, 2, { asOf: before }))).toMatchObject({ applied: 1 });
    expect((await room.level(sku)).onHand).toBe(2 + 10 - 3);
    expect(await apply(says(sku, 50, { asOf: new Date(Date.parse(before) - 1).toISOString() }))).toMatchObject({
      stale: 1,
    });
    expect((await room.level(sku)).onHand).toBe(9);
    expect(await room.findDrift()).toEqual([]);
  });

  test('from two runs at once and amid orders loses no unit', async () => {
    const [a, b] = [await shelf(60), await shelf(60)];
    const orders = await Promise.all(
      Array.from({ length: 20 }, () => room.order(free({ sku: a, quantity: 1 }, { sku: b, quantity: 1 }))),
    );
    const asOf = soon();
    await Promise.all([
      ...orders.map((orderId) => room.reserve(orderId)),
      ...Array.from({ length: 4 }, () => apply(says(a, 80, { asOf }), says(b, 30, { asOf }))),
      ...Array.from({ length: 4 }, () => apply(says(b, 30, { asOf }), says(a, 80, { asOf }))),
    ]);
    expect(await room.level(a)).toEqual({ onHand: 80, reserved: 20 });
    expect(await room.level(b)).toEqual({ onHand: 30, reserved: 20 });
    expect(
      await room.rows(
        `SELECT sku, on_hand_delta FROM stock_movements WHERE reason = 'synced' AND sku IN (?, ?) ORDER BY sku`,
        [a, b],
      ),
    ).toEqual([
      { sku: a, on_hand_delta: 20 },
      { sku: b, on_hand_delta: -30 },
    ]);
    expect(await room.findDrift()).toEqual([]);
  });
});

describe('signals', () => {
  const note = (channel: string, limit = 500) => noteSignals(room.database, { channel, after: '', limit });
  const events = async (channel: string, sku: string) =>
    (await listUndelivered(room.database, 1_000))
      .filter((event) => event.channel === channel && event.sku === sku)
      .map(({ type, available }) => `${type} ${available}`);

  test('are given to each channel by its own rule, once for each crossing', async () => {
    const sku = await shelf(20);
    await room.rows(
      `INSERT INTO channel_stock_rules (channel, sku, buffer_units, low_units, back_units, updated_by) VALUES ('app', ?, 10, 5, 8, 'test')`,
      [sku],
    );
    const seen = async (onHand: number) => {
      await apply(says(sku, onHand));
      for (const channel of ['app', 'web']) await note(channel);
    };
    for (const onHand of [20, 15, 14, 17, 15, 18, 10, 0, 30]) await seen(onHand);
    expect(await events('app', sku)).toEqual(['stock.low 5', 'stock.back 8', 'stock.out 0', 'stock.back 20']);
    expect(await events('web', sku)).toEqual(['stock.out 0', 'stock.back 30']);
  });

  test('are given once when many look at once', async () => {
    const sku = await shelf(0);
    await Promise.all(Array.from({ length: 10 }, () => note('crowd')));
    expect(await events('crowd', sku)).toEqual(['stock.out 0']);
  });

  test('look at all items page by page, kits among them', async () => {
    const part = await shelf(4);
    await room.rows(`INSERT INTO items (sku, name) VALUES ('ZZ-KIT', 'Kit')`);
    await room.rows(`INSERT INTO item_components (kit, sku, quantity) VALUES ('ZZ-KIT', ?, 5)`, [part]);
    let pages = 0;
    for (let after: string | null = ''; after !== null; pages += 1)
      after = (await noteSignals(room.database, { channel: 'pages', after, limit: 3 })).last;
    expect(pages).toBeGreaterThan(2);
    expect(await events('pages', 'ZZ-KIT')).toEqual(['stock.out 0']);
  });

  test('are for channels that sell or have a rule', async () => {
    await room.rows(
      `INSERT INTO api_keys (id, name, hash, role, channel) VALUES ('key_1', 'a', '\\x01', 'channel', 'till'), ('key_2', 'b', '\\x02', 'ops', 'office')`,
    );
    expect(await listSellingChannels(room.database)).toEqual(['app', 'till']);
  });

  test('are delivered once, in order, and forgotten a month after', async () => {
    const [first, second] = await listUndelivered(room.database, 2);
    await markDelivered(room.database, first!.id);
    expect((await listUndelivered(room.database, 1))[0]?.id).toBe(second!.id);
    expect(await purgeStockEvents(room.database)).toBe(0);
    await room.rows(`UPDATE stock_events SET delivered_at = now() - interval '31 days' WHERE id = ?`, [first!.id]);
    expect(await purgeStockEvents(room.database)).toBe(1);
  });
});
