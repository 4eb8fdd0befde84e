import { listDeadStock } from '../../db/inventory/reports/deadStock';
import { listExpiringLots } from '../../db/inventory/reports/expiringLots';
import { listOverstock } from '../../db/inventory/reports/overstock';
import { listStockAgeing } from '../../db/inventory/reports/stockAgeing';
import { listStockoutRisks } from '../../db/inventory/reports/stockoutRisk';
import { saveRule } from '../../db/inventory/replenishment/rules';
import { moveStock } from '../../db/inventory/moveStock';
import { inTransaction } from '../../db/transaction';
import type { ReorderRulePolicy } from '../../domain/inventory/replenishment/schema';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';
import { shelve, type Past } from './ledgerHistory';
import { createRandom } from './random';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
});
afterAll(() => room.close());

const first = { after: null, limit: 1_000 };
let skus = 0;
async function item(
  history: readonly Past[],
  changes: { lead?: number; cost?: number; lots?: boolean; exactly?: boolean } = {},
): Promise<string> {
  const sku = `RP-${String((skus += 1)).padStart(3, '0')}`;
  await shelve(room, sku, history, { exactly: changes.exactly ?? false });
  await room.rows(
    `UPDATE items SET lead_time_days = ?, unit_cost = ?, cost_currency = ?, tracking = ?, category = 'toys' WHERE sku = ?`,
    [
      changes.lead ?? 0,
      changes.cost ?? null,
      changes.cost === undefined ? null : 'EUR',
      changes.lots ? 'lot' : 'none',
      sku,
    ],
  );
  return sku;
}
const rule = (sku: string, policy: ReorderRulePolicy, unitCost: number | null = null) =>
  inTransaction(room.database, (transaction) =>
    saveRule(transaction, {
      ...{ id: newId('rul'), sku, location: 'loc-1', policy, actor: 'test', multiple: 1, minimumOrder: 0 },
      ...{ leadTimeDays: null, leadTimeSdDays: 0, serviceLevel: 0.95, supplier: null },
      ...{ unitCost, currency: unitCost === null ? null : 'USD' },
    }),
  );
const perDay = (units: number, days: number): Past[] =>
  Array.from({ length: days }, (_, index) => ({ daysAgo: index + 1, units: -units }));

describe('stockout risk', () => {
  const risks = (sku: string, marginDays = 0) =>
    listStockoutRisks(room.database, { sku, windowDays: 30, marginDays }, first);

  test('is of a position that lasts no longer than the lead time, to the day', async () => {
    const sku = await item([{ daysAgo: 10, units: 40 }, ...perDay(2, 10)], { lead: 10 });
    expect(await risks(sku)).toMatchObject([
      {
        sku,
        category: 'toys',
        location: 'loc-1',
        onHand: 20,
        units: 20,
        days: 10,
        leadTimeDays: 10,
        nextExpectedAt: null,
      },
    ]);
    await room.rows('UPDATE items SET lead_time_days = 9 WHERE sku = ?', [sku]);
    expect(await risks(sku)).toEqual([]);
    expect(await risks(sku, 1)).toHaveLength(1);
  });

  test('counts what is on its way, reserved and held, and takes the lead time of a rule before the item’s', async () => {
    const sku = await item([{ daysAgo: 10, units: 40 }, ...perDay(2, 10)], { lead: 12 });
    await room.rows('UPDATE stock_levels SET incoming = 10, quality_hold = 3 WHERE sku = ?', [sku]);
    await room.rows(
      `INSERT INTO expected_stock (document, line, sku, location, units, expected_at)
       VALUES ('po_x', 1, ?, 'loc-1', 10, '2027-01-01T00:00:00Z')`,
      [sku],
    );
    expect(await risks(sku)).toEqual([]);
    await room.reserve(await room.order(free({ sku, quantity: 3 })));
    expect(await risks(sku)).toMatchObject([
      { reserved: 3, incoming: 10, qualityHold: 3, nextExpectedAt: new Date('2027-01-01T00:00:00Z') },
    ]);
    await rule(sku, { type: 'min_max', min: 1, max: 2 });
    await room.rows('UPDATE reorder_rules SET lead_time_days = 3 WHERE sku = ?', [sku]);
    expect(await risks(sku)).toEqual([]);
  });

  test('is of what customers wait for, without any demand before, and not of what nobody wants', async () => {
    const sku = await item([{ daysAgo: 5, units: 1 }]);
    expect(await risks(sku)).toEqual([]);
    const orderId = await room.order(free({ sku, quantity: 4 }));
    await room.rows(
      `INSERT INTO backorders (line_id, sku, order_id, channel, units)
       SELECT id, sku, order_id, 'web', 4 FROM order_lines WHERE order_id = ?`,
      [orderId],
    );
    expect(await risks(sku)).toMatchObject([{ backorders: 4, units: 0 }]);
  });
});

describe('overstock', () => {
  const over = (sku: string) => listOverstock(room.database, { sku, windowDays: 30 }, first);

  test('is what is here and on its way beyond the rule’s most, at the rule’s cost or the item’s', async () => {
    const sku = await item([{ daysAgo: 10, units: 70 }, ...perDay(2, 10)], { cost: 300 });
    await room.rows('UPDATE stock_levels SET incoming = 10 WHERE sku = ?', [sku]);
    expect(await over(sku)).toEqual([]);
    await rule(sku, { type: 'min_max', min: 10, max: 60 });
    expect(await over(sku)).toEqual([]);
    await rule(sku, { type: 'min_max', min: 10, max: 40 });
    const found = { sku, onHand: 50, incoming: 10, maxUnits: 40, excess: 20, units: 20, days: 10 };
    expect(await over(sku)).toMatchObject([{ ...found, value: 6_000, currency: 'EUR' }]);
    await rule(sku, { type: 'min_max', min: 10, max: 40 }, 111);
    expect(await over(sku)).toMatchObject([{ ...found, value: 2_220, currency: 'USD' }]);
  });

  test('of a rule that no run has computed yet is not known', async () => {
    const sku = await item([{ daysAgo: 10, units: 700 }]);
    await rule(sku, { type: 'days_of_cover', minDays: 1, maxDays: 2 });
    expect(await over(sku)).toEqual([]);
  });
});

describe('dead stock', () => {
  const dead = (sku: string, idleDays = 60) => listDeadStock(room.database, { sku, idleDays }, first);

  test('has lain for so long since the last unit left for a customer or another place', async () => {
    const sku = await item(
      [
        { daysAgo: 200, units: 10 },
        { daysAgo: 100, units: -1 },
      ],
      { cost: 50 },
    );
    expect(await dead(sku, 98)).toMatchObject([
      { sku, onHand: 9, value: 450, currency: 'EUR', firstMovedAt: expect.any(Date) },
    ]);
    expect((await dead(sku))[0]?.idleDays).toBeGreaterThanOrEqual(99);
    expect(await dead(sku, 102)).toEqual([]);
  });

  test('is not what was sent to another place, and is what was only counted away or filled up', async () => {
    const moved = await item([
      { daysAgo: 200, units: 10 },
      { daysAgo: 10, units: -1, reason: 'transfer_shipped' },
    ]);
    expect(await dead(moved)).toEqual([]);
    const counted = await item([
      { daysAgo: 200, units: 10 },
      { daysAgo: 10, units: -1, reason: 'counted' },
      { daysAgo: 5, units: 30 },
    ]);
    expect(await dead(counted)).toMatchObject([{ sku: counted, lastOutAt: null, onHand: 39 }]);
  });

  test('is not what came lately, nor what is gone', async () => {
    expect(await dead(await item([{ daysAgo: 20, units: 10 }]))).toEqual([]);
    expect(
      await dead(
        await item([
          { daysAgo: 200, units: 10 },
          { daysAgo: 150, units: -10 },
        ]),
      ),
    ).toEqual([]);
  });
});

describe('the age of stock', () => {
  const ages = (sku: string) => listStockAgeing(room.database, { sku }, first);

  test('is of the latest receipts: first in, first out', async () => {
    const sku = await item(
      [
        { daysAgo: 120, units: 50 },
        { daysAgo: 80, units: 20 },
        { daysAgo: 70, units: -55 },
        { daysAgo: 45, units: 10 },
        { daysAgo: 3, units: 4 },
        { daysAgo: 1, units: -2 },
      ],
      { cost: 10 },
    );
    expect(await ages(sku)).toMatchObject([
      { sku, onHand: 27, upTo30: 4, upTo60: 10, upTo90: 13, over90: 0, value: 270, currency: 'EUR' },
    ]);
  });

  test.each([
    ['30 days and 23 hours', 30, 23, 'upTo30'],
    ['31 days', 31, 0, 'upTo60'],
    ['60 days and 23 hours', 60, 23, 'upTo60'],
    ['61 days', 61, 0, 'upTo90'],
    ['90 days and 23 hours', 90, 23, 'upTo90'],
    ['91 days', 91, 0, 'over90'],
  ] as const)('of %s is in its bucket', async (_name, days, hours, bucket) => {
    const sku = await item([]);
    await room.rows('UPDATE stock_levels SET on_hand = 5 WHERE sku = ?', [sku]);
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor, at)
       VALUES (?, 'loc-1', 5, 0, 'received', 'test', now() - ?::int * interval '24 hours' - ?::int * interval '1 hour')`,
      [sku, days, hours],
    );
    expect(await ages(sku)).toMatchObject([{ [bucket]: 5, oldestDays: days }]);
  });

  test('of an item tracked by lot is of the lots that are left, and of what came before it was', async () => {
    const sku = await item(
      [
        { daysAgo: 100, units: 6 },
        { daysAgo: 40, units: 3 },
      ],
      { lots: true },
    );
    await inTransaction(room.database, (transaction) =>
      moveStock(
        transaction,
        [
          { sku, location: 'loc-1', onHand: 8, lot: 'OLD' },
          { sku, location: 'loc-1', onHand: 5, lot: 'NEW' },
        ],
        { reason: 'received', document: null, actor: 'test' },
      ),
    );
    await room.rows(`UPDATE stock_lots SET received_at = now() - interval '70 days' WHERE sku = ? AND lot = 'OLD'`, [
      sku,
    ]);
    expect(await ages(sku)).toMatchObject([{ onHand: 22, upTo30: 5, upTo60: 3, upTo90: 8, over90: 6 }]);
  });

  test('of units that no receipt is known of is the highest', async () => {
    const sku = await item([]);
    await room.rows('UPDATE stock_levels SET on_hand = 5 WHERE sku = ?', [sku]);
    expect(await ages(sku)).toMatchObject([{ onHand: 5, upTo30: 0, over90: 5, oldestDays: null }]);
  });

  test('adds up to what is on hand, as first in, first out played through unit by unit has it', async () => {
    const random = createRandom(20261124);
    for (let round = 0; round < 25; round += 1) {
      const shelf: number[] = [];
      const history: Past[] = [];
      for (let daysAgo = 130; daysAgo >= 0; daysAgo -= random.between(1, 12)) {
        const out = Math.min(random.between(0, 30), shelf.length);
        const units = random.next() < 0.5 && out > 0 ? -out : random.between(1, 30);
        if (units > 0) shelf.push(...Array.from({ length: units }, () => daysAgo));
        else shelf.splice(0, -units);
        history.push({ daysAgo, units });
      }
      const sku = await item(history, { exactly: true });
      const count = (from: number, to: number) => shelf.filter((age) => age >= from && age <= to).length;
      const expected = { upTo30: count(0, 30), upTo60: count(31, 60), upTo90: count(61, 90), over90: count(91, 999) };
      const found = await ages(sku);
      if (shelf.length === 0) expect(found).toEqual([]);
      else expect(found).toMatchObject([{ onHand: shelf.length, ...expected }]);
    }
  });
});

describe('expiring lots', () => {
  async function lots(sku: string, ...given: [lot: string, inDays: number, units: number][]): Promise<void> {
    for (const [lot, inDays, units] of given) {
      await room.rows(
        `INSERT INTO stock_lots (sku, location, lot, expires_on, on_hand)
         VALUES (?, 'loc-1', ?, (now() AT TIME ZONE 'UTC')::date + ?::int, ?)`,
        [sku, lot, inDays, units],
      );
    }
  }
  const expiring = (sku: string, withinDays = 30) =>
    listExpiringLots(room.database, { sku, withinDays }, { after: null, limit: 100 });

  test('come first expired first, with those that have expired, and without those that are used up', async () => {
    const sku = await item([], { lots: true, cost: 20 });
    await lots(sku, ['C', 30, 1], ['A', -3, 5], ['D', 31, 7], ['B', 0, 2], ['E', 4, 0]);
    expect((await expiring(sku)).map(({ lot, daysLeft, onHand, value }) => [lot, daysLeft, onHand, value])).toEqual([
      ['A', -3, 5, 100],
      ['B', 0, 2, 40],
      ['C', 30, 1, 20],
    ]);
    expect(await expiring(sku, 31)).toHaveLength(4);
  });

  test('come in pages, also several of one day', async () => {
    const sku = await item([], { lots: true });
    await lots(sku, ['B', 5, 1], ['A', 5, 1], ['C', 5, 1]);
    const seen: string[] = [];
    for (let after: Parameters<typeof listExpiringLots>[2]['after'] = null; ;) {
      const [next] = await listExpiringLots(room.database, { sku, withinDays: 30 }, { after, limit: 1 });
      if (next === undefined) break;
      seen.push(next.lot);
      after = { expiresOn: next.expiresOn, sku, location: next.location, lot: next.lot };
    }
    expect(seen).toEqual(['A', 'B', 'C']);
  });
});
