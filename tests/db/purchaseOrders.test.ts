import { createPurchaseOrder } from '../../db/inventory/purchasing/createPurchaseOrder';
import {
  cancelPurchaseOrder,
  closePurchaseOrder,
  placePurchaseOrder,
} from '../../db/inventory/purchasing/changePurchaseOrder';
import { readPurchaseOrder, type PurchaseRecord } from '../../db/inventory/purchasing/purchaseRecord';
import { reschedulePurchaseOrder } from '../../db/inventory/purchasing/reschedulePurchaseOrder';
import { receivePurchaseOrder } from '../../db/inventory/purchasing/receivePurchaseOrder';
import type { Transaction } from '../../db/prepared';
import { inTransaction } from '../../db/transaction';
import type { Refusal } from '../../domain/failures';
import type { ReceivedUnits } from '../../domain/inventory/purchasing/receipt';
import { newId } from '../../runtime/newId';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  await Promise.all(Array.from({ length: 20 }, () => room.rows('SELECT pg_sleep(0.2)')));
});
afterAll(() => room.close());

const AT = '2026-12-01T00:00:00.000Z';
const actor = 'key:test';
let skus = 0;
async function item(tracking: 'none' | 'lot' = 'none'): Promise<string> {
  const sku = `BUY-${(skus += 1)}`;
  await room.stock(sku, 0);
  await room.rows('UPDATE items SET tracking = ? WHERE sku = ?', [tracking, sku]);
  return sku;
}

type Lines = { sku: string; quantity: number; expectedAt?: string }[];
async function draft(lines: Lines, overReceiptPercent = 0): Promise<string> {
  const id = newId('po');
  await inTransaction(room.database, (transaction) =>
    createPurchaseOrder(transaction, {
      ...{ id, supplier: 'acme', location: 'loc-1', currency: 'EUR', overReceiptPercent, actor },
      lines: lines.map((line) => ({ unitCost: 250, expectedAt: AT, ...line })),
    }),
  );
  return id;
}
type Change = (transaction: Transaction, asked: { id: string; actor: string }) => Promise<void>;
const change = async (to: Change, id: string): Promise<PurchaseRecord> => {
  await inTransaction(room.database, (transaction) => to(transaction, { id, actor }));
  return readPurchaseOrder(room.database, id);
};
const place = (id: string) => change(placePurchaseOrder, id);
const close = (id: string) => change(closePurchaseOrder, id);
const cancel = (id: string) => change(cancelPurchaseOrder, id);
async function receive(id: string, ...lines: ReceivedUnits[]): Promise<PurchaseRecord> {
  await inTransaction(room.database, (transaction) =>
    receivePurchaseOrder(transaction, { id, lines, document: 'DN-1', actor }),
  );
  return readPurchaseOrder(room.database, id);
}
async function ordered(lines: Lines, overReceiptPercent = 0): Promise<string> {
  const id = await draft(lines, overReceiptPercent);
  await place(id);
  return id;
}
const stockOf = async (sku: string) =>
  (
    await room.rows<{ onHand: number; incoming: number; expected: number }>(
      `SELECT on_hand AS "onHand", incoming, coalesce((SELECT sum(units) FROM expected_stock e
         WHERE e.sku = s.sku AND e.location = s.location), 0)::int AS expected FROM stock_levels s WHERE sku = ?`,
      [sku],
    )
  )[0];

/** Levels whose incoming is not what purchase orders say is still to come. */
const findIncomingDrift = () =>
  room.rows(
    `SELECT s.sku, s.incoming, e.units, m.moved FROM stock_levels s
     CROSS JOIN LATERAL (SELECT coalesce(sum(units), 0) AS units FROM expected_stock e
       WHERE e.sku = s.sku AND e.location = s.location) e
     CROSS JOIN LATERAL (SELECT coalesce(sum(incoming_delta), 0) AS moved FROM stock_movements m
       WHERE m.sku = s.sku AND m.location = s.location) m
     WHERE (s.incoming, s.incoming) IS DISTINCT FROM (e.units, m.moved)`,
  );
afterEach(async () => {
  expect(await findIncomingDrift()).toEqual([]);
  expect(await room.findDrift()).toEqual([]);
});

describe('a purchase order', () => {
  test('as a draft brings nothing, ordered its units are on their way, received they are on hand', async () => {
    const sku = await item();
    const id = await draft([{ sku, quantity: 10 }]);
    expect(await stockOf(sku)).toEqual({ onHand: 0, incoming: 0, expected: 0 });
    expect(await place(id)).toMatchObject({ status: 'ordered', orderedAt: expect.any(Date), endedAt: null });
    expect(await stockOf(sku)).toEqual({ onHand: 0, incoming: 10, expected: 10 });
    expect(await receive(id, { line: 1, quantity: 4 })).toMatchObject({ status: 'partly_received' });
    expect(await stockOf(sku)).toEqual({ onHand: 4, incoming: 6, expected: 6 });
    const record = await receive(id, { line: 1, quantity: 6 });
    expect(record).toMatchObject({ status: 'received', lines: [{ received: 10 }] });
    expect(record.receipts).toMatchObject([
      { number: 1, line: 1, quantity: 4, document: 'DN-1', receivedBy: actor },
      { number: 2, line: 1, quantity: 6 },
    ]);
    expect(await stockOf(sku)).toEqual({ onHand: 10, incoming: 0, expected: 0 });
    const told = await room.rows(
      'SELECT reason, on_hand_delta AS hand, incoming_delta AS coming FROM stock_movements WHERE document = ? ORDER BY id',
      [id],
    );
    expect(told).toEqual([
      { reason: 'purchase_ordered', hand: 0, coming: 10 },
      { reason: 'purchase_received', hand: 4, coming: -4 },
      { reason: 'purchase_received', hand: 6, coming: -6 },
    ]);
  });

  test('with one item on two lines expects each by its own date', async () => {
    const sku = await item();
    const later = '2027-01-15T00:00:00.000Z';
    const id = await ordered([
      { sku, quantity: 5 },
      { sku, quantity: 7, expectedAt: later },
    ]);
    await receive(id, { line: 1, quantity: 5 }, { line: 2, quantity: 3 });
    const expected = await room.rows('SELECT line, units, expected_at FROM expected_stock WHERE document = ?', [id]);
    expect(expected).toEqual([{ line: 2, units: 4, expected_at: new Date(later) }]);
    expect(await stockOf(sku)).toEqual({ onHand: 8, incoming: 4, expected: 4 });
  });

  test('comes at another time when it is rescheduled, and orders that wait for it hear of that', async () => {
    const sku = await item();
    const later = '2027-02-01T00:00:00.000Z';
    const reschedule = (id: string, ...lines: { line: number; expectedAt: string }[]) =>
      inTransaction(room.database, (transaction) => reschedulePurchaseOrder(transaction, { id, lines }));
    const id = await ordered([
      { sku, quantity: 5 },
      { sku, quantity: 7 },
    ]);
    await receive(id, { line: 1, quantity: 5 }, { line: 2, quantity: 3 });
    const changedAt = async () =>
      (await room.rows<{ at: Date }>('SELECT updated_at AS at FROM stock_levels WHERE sku = ?', [sku]))[0]?.at ??
      new Date(0);
    const before = await changedAt();
    await reschedule(id, { line: 1, expectedAt: later }, { line: 2, expectedAt: later });
    const expected = await room.rows('SELECT line, units, expected_at FROM expected_stock WHERE document = ?', [id]);
    expect(expected).toEqual([{ line: 2, units: 4, expected_at: new Date(later) }]);
    expect((await changedAt()).getTime()).toBeGreaterThan(before.getTime());
    await expect(reschedule(id, { line: 2, expectedAt: AT }, { line: 9, expectedAt: AT })).rejects.toMatchObject({
      errors: [{ pointer: '/lines/1/line' }],
    });
    await expect(reschedule(id, { line: 2, expectedAt: AT }, { line: 2, expectedAt: later })).rejects.toMatchObject({
      errors: [{ pointer: '/lines/1/line', message: 'is given twice' }],
    });
    await receive(id, { line: 2, quantity: 4 });
    await expect(reschedule(id, { line: 2, expectedAt: AT })).rejects.toMatchObject({ code: 'illegal_transition' });

    const drafted = await draft([{ sku, quantity: 5 }]);
    await reschedule(drafted, { line: 1, expectedAt: later });
    expect((await readPurchaseOrder(room.database, drafted)).lines[0]?.expectedAt).toMatch(/^2027-02-01/);
    await place(drafted);
    expect(await stockOf(sku)).toMatchObject({ incoming: 5, expected: 5 });
  });

  test('expects what has no date after the item’s lead time', async () => {
    const sku = await item();
    await room.rows('UPDATE items SET lead_time_days = 12 WHERE sku = ?', [sku]);
    const id = newId('po');
    await inTransaction(room.database, (transaction) =>
      createPurchaseOrder(transaction, {
        ...{ id, supplier: 'acme', location: 'loc-1', currency: 'EUR', overReceiptPercent: 0, actor },
        lines: [{ sku, quantity: 1, unitCost: 1 }],
      }),
    );
    const { createdAt, lines } = await readPurchaseOrder(room.database, id);
    expect(new Date(lines[0]?.expectedAt ?? '').getTime() - createdAt.getTime()).toBe(12 * 86_400_000);
  });

  test('takes what comes on top within its tolerance, also after all has come, and refuses more', async () => {
    const sku = await item();
    const id = await ordered([{ sku, quantity: 15 }], 10);
    await receive(id, { line: 1, quantity: 15 });
    expect(await receive(id, { line: 1, quantity: 1 })).toMatchObject({
      status: 'received',
      lines: [{ received: 16 }],
    });
    expect(await stockOf(sku)).toEqual({ onHand: 16, incoming: 0, expected: 0 });
    await expect(receive(id, { line: 1, quantity: 1 })).rejects.toMatchObject({
      code: 'stock_conflict',
      message: expect.stringMatching(
        /takes 0 more units: 15 were ordered, 1 may come on top, 16 have come; receive no more/,
      ),
    });
    expect(await stockOf(sku)).toMatchObject({ onHand: 16 });
  });

  test('refuses a delivery as a whole when one line of it is too much', async () => {
    const [one, two] = [await item(), await item()];
    const id = await ordered([
      { sku: one, quantity: 5 },
      { sku: two, quantity: 5 },
    ]);
    await expect(receive(id, { line: 1, quantity: 5 }, { line: 2, quantity: 6 })).rejects.toMatchObject({
      code: 'stock_conflict',
    });
    await expect(receive(id, { line: 1, quantity: 3 }, { line: 1, quantity: 3 })).rejects.toMatchObject({
      code: 'stock_conflict',
    });
    await expect(receive(id, { line: 1, quantity: 1 }, { line: 3, quantity: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/lines/1/line' }],
    });
    expect([await stockOf(one), await stockOf(two)]).toEqual([
      { onHand: 0, incoming: 5, expected: 5 },
      { onHand: 0, incoming: 5, expected: 5 },
    ]);
  });

  test('receives lots of an item that is tracked by lot, and nothing of it without', async () => {
    const sku = await item('lot');
    const id = await ordered([{ sku, quantity: 10 }]);
    await receive(
      id,
      { line: 1, quantity: 4, lot: 'A', expiresOn: '2027-03-01' },
      { line: 1, quantity: 5, lot: 'B', expiresOn: '2027-02-01' },
    );
    const lots = await room.rows(
      'SELECT lot, expires_on::text AS until, on_hand AS units FROM stock_lots WHERE sku = ? ORDER BY lot',
      [sku],
    );
    expect(lots).toEqual([
      { lot: 'A', until: '2027-03-01', units: 4 },
      { lot: 'B', until: '2027-02-01', units: 5 },
    ]);
    await expect(receive(id, { line: 1, quantity: 1 })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await stockOf(sku)).toEqual({ onHand: 9, incoming: 1, expected: 1 });
  });

  test('closed expects no more: what was open never comes', async () => {
    const sku = await item();
    const id = await ordered([{ sku, quantity: 10 }]);
    await receive(id, { line: 1, quantity: 3 });
    expect(await close(id)).toMatchObject({ status: 'closed', endedAt: expect.any(Date) });
    expect(await stockOf(sku)).toEqual({ onHand: 3, incoming: 0, expected: 0 });
    await expect(receive(id, { line: 1, quantity: 1 })).rejects.toMatchObject({
      code: 'illegal_transition',
      message: 'the purchase order is closed; make a new one',
    });
  });

  test('closed after more than was ordered has come takes nothing back', async () => {
    const sku = await item();
    const id = await ordered([{ sku, quantity: 10 }], 50);
    await receive(id, { line: 1, quantity: 15 });
    await close(id);
    expect(await stockOf(sku)).toEqual({ onHand: 15, incoming: 0, expected: 0 });
  });

  test('is cancelled as a draft, or ordered, and not once some of it has come', async () => {
    const sku = await item();
    expect(await cancel(await draft([{ sku, quantity: 10 }]))).toMatchObject({ status: 'cancelled', orderedAt: null });
    expect(await cancel(await ordered([{ sku, quantity: 10 }]))).toMatchObject({ status: 'cancelled' });
    expect(await stockOf(sku)).toEqual({ onHand: 0, incoming: 0, expected: 0 });
    const id = await ordered([{ sku, quantity: 10 }]);
    await receive(id, { line: 1, quantity: 1 });
    await expect(cancel(id)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: expect.stringContaining('close it instead'),
    });
  });

  test('refuses what its status does not allow, and says what to do', async () => {
    const sku = await item();
    const id = await draft([{ sku, quantity: 1 }]);
    const first = { code: 'illegal_transition', message: 'the purchase order is a draft; order it first' };
    await expect(receive(id, { line: 1, quantity: 1 })).rejects.toMatchObject(first);
    await expect(close(id)).rejects.toMatchObject(first);
    await place(id);
    await expect(place(id)).rejects.toMatchObject({ message: expect.stringContaining('ordered already') });
    await expect(place(newId('po'))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is not made of kits, of unknown items, or for an unknown place', async () => {
    const [kit, part] = [await item(), await item()];
    await room.rows('INSERT INTO item_components (kit, sku, quantity) VALUES (?, ?, 2)', [kit, part]);
    await expect(
      draft([
        { sku: part, quantity: 1 },
        { sku: kit, quantity: 1 },
        { sku: 'NONE', quantity: 1 },
      ]),
    ).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [
        { pointer: '/lines/1/sku', message: 'is a kit: order its components' },
        { pointer: '/lines/2/sku', message: 'is not in the catalogue' },
      ],
    });
    await expect(
      inTransaction(room.database, (transaction) =>
        createPurchaseOrder(transaction, {
          ...{ id: newId('po'), supplier: 'acme', location: 'moon', currency: 'EUR', overReceiptPercent: 0, actor },
          lines: [{ sku: part, quantity: 1, unitCost: 1 }],
        }),
      ),
    ).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/location' }] });
  });

  test('of 55 units, received in tens by 12 people at once, takes 5 of them', async () => {
    const sku = await item();
    const id = await ordered([{ sku, quantity: 55 }]);
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => receive(id, { line: 1, quantity: 10 })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(
      results.filter((one) => one.status === 'rejected' && (one.reason as Refusal).code !== 'stock_conflict'),
    ).toEqual([]);
    expect(await stockOf(sku)).toEqual({ onHand: 50, incoming: 5, expected: 5 });
    expect((await readPurchaseOrder(room.database, id)).receipts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  test('closed and received at the same moment ends either way with nothing on its way', async () => {
    const [one, two] = [await item(), await item()];
    for (let round = 0; round < 8; round += 1) {
      const id = await ordered([
        { sku: two, quantity: 5 },
        { sku: one, quantity: 5 },
      ]);
      const before = (await stockOf(one))?.onHand ?? 0;
      const [received] = await Promise.allSettled([
        receive(id, { line: 2, quantity: 5 }, { line: 1, quantity: 5 }),
        close(id),
      ]);
      expect(await readPurchaseOrder(room.database, id)).toMatchObject({ status: 'closed' });
      expect(await stockOf(one)).toEqual({
        ...{ onHand: before + (received.status === 'fulfilled' ? 5 : 0), incoming: 0, expected: 0 },
      });
    }
  });

  test('is ordered once by many at once', async () => {
    const sku = await item();
    const id = await draft([{ sku, quantity: 10 }]);
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => place(id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stockOf(sku)).toEqual({ onHand: 0, incoming: 10, expected: 10 });
  });
});
