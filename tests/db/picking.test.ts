import { adjustStock, type StockAdjustment } from '../../db/inventory/adjustStock';
import { dispatchStock } from '../../db/inventory/dispatchStock';
import { giveUpStock } from '../../db/inventory/reallocation/giveUpStock';
import { putClassRule } from '../../db/inventory/reallocation/classes';
import { renumberCalledOff } from '../../db/inventory/parcels';
import { pickParcel, type NamedLot } from '../../db/inventory/picking/pickParcel';
import { changeOrder } from '../../db/orders/changeOrder';
import { insertHold } from '../../db/orders/holdRows';
import { passMilestone } from '../../db/shipments/shipmentRecord';
import { inTransaction } from '../../db/transaction';
import { findLotDrift } from '../../db/verify/findLotDrift';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { findStockDips } from '../../db/verify/findStockDips';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { holdId, shipmentId } from '../../domain/ids';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterAll(() => room.close());
afterEach(async () => {
  const looks = [findStockDrift, findReservationDrift, findOrdersOffLedger, findStockDips, findLotDrift];
  for (const look of looks) expect((await look(room.database)).found).toEqual([]);
});

let skus = 0;
const newSku = (): string => `PICK-${(skus += 1)}`;
async function trackedShelf(...lots: [lot: string, units: number, expiresOn: string][]): Promise<string> {
  const sku = newSku();
  await room.stock(sku, 0);
  await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = ?`, [sku]);
  for (const [lot, delta, expiresOn] of lots) await adjust(sku, { delta, lot, expiresOn });
  return sku;
}
const adjust = (sku: string, change: Partial<StockAdjustment>) =>
  adjustStock(room.database, { sku, location: 'loc-1', reason: 'received', actor: 'key:ops', ...change });
const sell = async (...lines: { sku: string; quantity: number }[]): Promise<string> => {
  const orderId = await room.order(free(...lines));
  await room.reserve(orderId);
  return orderId;
};
const pick = (orderId: string, lots: NamedLot[] = [], number = 1) =>
  pickParcel(room.database, { orderId, number, shipmentId: shipmentId(orderId, number), lots, actor: 'key:picker' });
const figures = async (sku: string) => {
  const [row] = await room.rows(
    `SELECT on_hand AS "onHand", reserved, picked, available FROM stock_levels WHERE sku = ? AND location = 'loc-1'`,
    [sku],
  );
  return row;
};
const lotsOf = (sku: string) =>
  room.rows('SELECT lot, on_hand AS "onHand", picked FROM stock_lots WHERE sku = ? ORDER BY lot', [sku]);
const told = async (orderId: string, type: string) =>
  room.rows<{ data: object; actor: string }>('SELECT data, actor FROM order_events WHERE order_id = ? AND type = ?', [
    orderId,
    type,
  ]);

describe('a parcel that is picked', () => {
  test('stays on hand and reserved until it leaves, with a line in the ledger for each step', async () => {
    const sku = newSku();
    await room.stock(sku, 10);
    const orderId = await sell({ sku, quantity: 3 });
    await sell({ sku, quantity: 2 });
    await room.begin(orderId);
    const picked = await pick(orderId);
    expect(picked).toMatchObject({
      location: 'loc-1',
      pickedBy: 'key:picker',
      lines: [{ sku, quantity: 3 }],
      lots: [],
    });
    expect(await figures(sku)).toEqual({ onHand: 10, reserved: 5, picked: 3, available: 5 });
    expect(await room.dispatch(orderId)).toMatchObject({ status: 'shipped' });
    expect(await figures(sku)).toEqual({ onHand: 7, reserved: 2, picked: 0, available: 5 });
    const ledger = await room.rows(
      'SELECT reason, on_hand_delta, reserved_delta, picked_delta, actor FROM stock_movements WHERE document = ? ORDER BY id',
      [orderId],
    );
    expect(ledger).toEqual([
      { reason: 'allocated', on_hand_delta: 0, reserved_delta: 3, picked_delta: 0, actor: 'system' },
      { reason: 'picked', on_hand_delta: 0, reserved_delta: 0, picked_delta: 3, actor: 'key:picker' },
      { reason: 'shipped', on_hand_delta: -3, reserved_delta: -3, picked_delta: -3, actor: 'system' },
    ]);
    expect(await told(orderId, 'parcel.picked')).toEqual([
      { actor: 'key:picker', data: { shipmentId: shipmentId(orderId, 1), number: 1, location: 'loc-1', units: 3 } },
    ]);
  });

  test('takes the components of a kit', async () => {
    const [kit, cup, tea] = [newSku(), newSku(), newSku()];
    for (const sku of [kit, cup, tea]) await room.stock(sku, sku === kit ? 0 : 9);
    for (const [part, quantity] of [
      [cup, 1],
      [tea, 2],
    ] as const)
      await room.rows('INSERT INTO item_components (kit, sku, quantity) VALUES (?, ?, ?)', [kit, part, quantity]);
    const orderId = await sell({ sku: kit, quantity: 2 }, { sku: tea, quantity: 1 });
    await pick(orderId);
    expect(await figures(tea)).toMatchObject({ reserved: 5, picked: 5 });
    expect(await figures(cup)).toMatchObject({ reserved: 2, picked: 2 });
    await room.cancel(orderId);
    expect(await figures(tea)).toEqual({ onHand: 9, reserved: 0, picked: 0, available: 9 });
  });

  test('is picked once, however often and at once it is asked for', async () => {
    const sku = newSku();
    await room.stock(sku, 5);
    const orderId = await sell({ sku, quantity: 2 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => pick(orderId)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await figures(sku)).toMatchObject({ reserved: 2, picked: 2 });
    expect(await told(orderId, 'parcel.picked')).toHaveLength(1);
  });

  test('goes back on the shelf when its order is cancelled, by two movements', async () => {
    const sku = await trackedShelf(['A', 2, '2099-01-31'], ['B', 5, '2099-02-28']);
    const plain = newSku();
    await room.stock(plain, 4);
    const orderId = await sell({ sku, quantity: 3 }, { sku: plain, quantity: 1 });
    await pick(orderId);
    expect(await lotsOf(sku)).toEqual([
      { lot: 'A', onHand: 2, picked: 2 },
      { lot: 'B', onHand: 5, picked: 1 },
    ]);
    expect(await room.cancel(orderId)).toMatchObject({ status: 'cancelled' });
    await room.cancel(orderId);
    expect(await figures(sku)).toEqual({ onHand: 7, reserved: 0, picked: 0, available: 7 });
    expect(await figures(plain)).toEqual({ onHand: 4, reserved: 0, picked: 0, available: 4 });
    expect(await lotsOf(sku)).toEqual([
      { lot: 'A', onHand: 2, picked: 0 },
      { lot: 'B', onHand: 5, picked: 0 },
    ]);
    const back = await room.rows(
      `SELECT lot, reason, picked_delta, reserved_delta FROM stock_movements
       WHERE document = ? AND sku = ? AND reason IN ('put_back', 'released') ORDER BY id`,
      [orderId, sku],
    );
    expect(back).toEqual([
      { lot: 'A', reason: 'put_back', picked_delta: -2, reserved_delta: 0 },
      { lot: 'B', reason: 'put_back', picked_delta: -1, reserved_delta: 0 },
      { lot: null, reason: 'released', picked_delta: 0, reserved_delta: -3 },
    ]);
    expect(await room.rows('SELECT FROM parcel_lots WHERE order_id = ?', [orderId])).toEqual([]);
    await expect(pick(orderId)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: 'the order is cancelled: leave its units on the shelf',
    });
  });

  test('is whole or not: a race with the cancellation of its order leaves nothing picked', async () => {
    const sku = newSku();
    await room.stock(sku, 40);
    const orders = await Promise.all(Array.from({ length: 20 }, () => sell({ sku, quantity: 2 })));
    await Promise.all(
      orders.flatMap((orderId) => [pick(orderId).catch((error: Error) => error.message), room.cancel(orderId)]),
    );
    expect(await figures(sku)).toEqual({ onHand: 40, reserved: 0, picked: 0, available: 40 });
  });

  test('is whole or not: a race with the carrier takes each unit out once', async () => {
    const sku = await trackedShelf(['A', 15, '2099-01-31'], ['B', 25, '2099-02-28']);
    const orders = await Promise.all(Array.from({ length: 20 }, () => sell({ sku, quantity: 2 })));
    for (const orderId of orders) await room.begin(orderId);
    const late = (error: Error) => expect(error.message).toMatch('the carrier has taken this parcel');
    await Promise.all(orders.flatMap((orderId) => [pick(orderId).catch(late), room.dispatch(orderId)]));
    expect(await figures(sku)).toEqual({ onHand: 0, reserved: 0, picked: 0, available: 0 });
  });
});

describe('a parcel can not be picked', () => {
  const refusal = (code: string, message: string | RegExp) => ({
    code,
    message: expect.stringMatching(message) as string,
  });

  test('when it is not of the order, or the order is not there', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await sell({ sku, quantity: 1 });
    await expect(pick(orderId, [], 2)).rejects.toMatchObject(refusal('not_found', /has no parcel shp_/));
    await expect(pick('ord_00000000000000000000000000000000')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('when it has left', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await sell({ sku, quantity: 1 });
    await room.begin(orderId);
    await room.dispatch(orderId);
    await expect(pick(orderId)).rejects.toMatchObject(
      refusal('illegal_transition', /^the carrier has taken this parcel/),
    );
  });

  test('before the order is paid', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await room.order({ lines: [{ sku, quantity: 1, unitPrice: 500 }] });
    await room.reserve(orderId);
    await expect(pick(orderId)).rejects.toMatchObject(
      refusal('illegal_transition', /is not paid for yet: pick it once/),
    );
  });

  test('while the order is on hold for shipping; one that was picked before answers the same', async () => {
    const sku = newSku();
    await room.stock(sku, 2);
    const hold = (orderId: string, type: 'payment' | 'address', number: number) =>
      changeOrder(room.database, orderId, async (transaction) => {
        const id = holdId(orderId, number);
        await insertHold(transaction, { id, orderId, type, reason: 'test', requestId: id, actor: 'test' });
        return { events: [{ type: 'hold.placed' }] };
      });
    const [held, picked] = [await sell({ sku, quantity: 1 }), await sell({ sku, quantity: 1 })];
    await hold(held, 'address', 1);
    await expect(pick(held)).rejects.toMatchObject(refusal('illegal_transition', /on hold \(address\): pick it once/));
    await hold(picked, 'payment', 1);
    const first = await pick(picked);
    await hold(picked, 'address', 2);
    const { pickedAt, pickedBy, lines } = first;
    expect(await pick(picked)).toMatchObject({ pickedAt, pickedBy, lines });
  });

  test('while somebody has to decide about the order', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await sell({ sku, quantity: 1 });
    await changeOrder(room.database, orderId, async () => ({ attention: 'it is odd', events: [] }));
    await expect(pick(orderId)).rejects.toMatchObject(
      refusal('illegal_transition', /decide .* \(resolve\): it is odd/),
    );
  });

  test('once its shipment was called off; its units move on, with their lots, to a parcel that was picked as well', async () => {
    const sku = await trackedShelf(['A', 3, '2099-01-31']);
    const orderId = await sell({ sku, quantity: 2 });
    await room.begin(orderId);
    await pick(orderId);
    await inTransaction(room.database, (transaction) =>
      passMilestone(transaction, shipmentId(orderId, 1), 'cancelled'),
    );
    await expect(pick(orderId)).rejects.toMatchObject(refusal('illegal_transition', /read the order again/));
    await inTransaction(room.database, (transaction) => renumberCalledOff(transaction, orderId));
    expect(await pick(orderId, [], 2)).toMatchObject({ lots: [{ sku, lot: 'A', units: 2 }] });
    await changeOrder(room.database, orderId, async (transaction) => {
      await dispatchStock(transaction, { orderId, number: 2 }, 'system');
      return { events: [{ type: 'shipment.picked_up' }] };
    });
    expect(await lotsOf(sku)).toEqual([{ lot: 'A', onHand: 1, picked: 0 }]);
  });
});

describe('what was picked is not given up', () => {
  test('to an order that goes first, though its class is `lose`', async () => {
    const sku = newSku();
    await room.stock(sku, 2);
    await inTransaction(room.database, (transaction) =>
      putClassRule(transaction, { channel: 'web', minimumPriority: null, class: 'lose', actor: 'test' }),
    );
    await room.rows(`UPDATE items SET shortage = 'backorder' WHERE sku = ?`, [sku]);
    const [safe, loser] = [await sell({ sku, quantity: 1 }), await sell({ sku, quantity: 1 })];
    const waiting = await sell({ sku, quantity: 2 });
    await room.rows('UPDATE backorders SET class_rank = 1 WHERE order_id = ?', [waiting]);
    await pick(safe);
    const lose = (orderId: string) =>
      inTransaction(room.database, (transaction) =>
        giveUpStock(transaction, {
          ...{ orderId, lineId: `lin_${orderId.slice(4)}_1`, takes: [{ location: 'loc-1', units: 1 }] },
          ...{ requestId: `run-${orderId}`, actor: 'test' },
        }),
      );
    expect(await lose(safe)).toBeNull();
    expect(await lose(loser)).toMatchObject({ units: 1 });
    expect(await figures(sku)).toMatchObject({ reserved: 1, picked: 1 });
    await expect(pick(loser)).rejects.toMatchObject({ message: expect.stringMatching(/was given up/) as string });
    await room.rows('DELETE FROM reallocation_classes');
  });
});

describe('the lots of a parcel', () => {
  test('are those that were named, and no other order gets them', async () => {
    const sku = await trackedShelf(['A', 3, '2099-01-31'], ['B', 3, '2099-02-28']);
    const [first, second] = [await sell({ sku, quantity: 3 }), await sell({ sku, quantity: 3 })];
    const named = [
      { sku, lot: 'A', units: 1 },
      { sku, lot: 'B', units: 2 },
    ];
    const picked = await pick(first, named);
    expect(picked.lots).toEqual(named);
    expect(await pick(first, named)).toEqual(picked);
    await expect(pick(first, [{ sku, lot: 'B', units: 3 }])).rejects.toMatchObject({
      code: 'illegal_transition',
      message: `this parcel was picked before with other lots of ${sku}: 1 of A, 2 of B`,
    });
    for (const orderId of [second, first]) {
      await room.begin(orderId);
      await room.dispatch(orderId);
    }
    const left = await room.rows(
      `SELECT document, lot, on_hand_delta AS units FROM stock_movements WHERE sku = ? AND reason = 'shipped' ORDER BY id`,
      [sku],
    );
    expect(left).toEqual([
      { document: second, lot: 'A', units: -2 },
      { document: second, lot: 'B', units: -1 },
      { document: first, lot: 'A', units: -1 },
      { document: first, lot: 'B', units: -2 },
    ]);
    expect(await figures(sku)).toEqual({ onHand: 0, reserved: 0, picked: 0, available: 0 });
  });

  test('are not damaged or counted away while they are picked', async () => {
    const sku = await trackedShelf(['A', 2, '2099-01-31'], ['B', 5, '2099-02-28']);
    await pick(await sell({ sku, quantity: 2 }));
    for (const change of [{ delta: -1 }, { bucket: 'damaged', delta: 1 }] as const)
      await expect(adjust(sku, { ...change, lot: 'A' })).rejects.toMatchObject({
        code: 'stock_conflict',
        message: expect.stringMatching(/neither damaged, held back nor picked/) as string,
      });
  });

  test.each<[string, (sku: string) => NamedLot[], string, RegExp]>([
    [
      'too few',
      (sku) => [{ sku, lot: 'A', units: 1 }],
      'stock_conflict',
      /has 2 units in this parcel; the lots name 1/,
    ],
    ['one that is not there', (sku) => [{ sku, lot: 'C', units: 2 }], 'stock_conflict', /no unit of lot C/],
    ['more than it has', (sku) => [{ sku, lot: 'A', units: 2 }], 'stock_conflict', /has 1 units of lot A/],
    ['an expired one', (sku) => [{ sku, lot: 'OLD', units: 2 }], 'stock_conflict', /expired in lot OLD: pick another/],
    [
      'one of what is not in it',
      () => [{ sku: 'ELSE', lot: 'A', units: 1 }],
      'invalid_request',
      /is not in this parcel/,
    ],
  ])('can not be %s', async (_what, lots, code, message) => {
    const sku = await trackedShelf(['A', 1, '2099-01-31'], ['B', 9, '2099-02-28'], ['OLD', 2, '2020-01-31']);
    const orderId = await sell({ sku, quantity: 2 });
    await expect(pick(orderId, lots(sku))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(await figures(sku)).toMatchObject({ reserved: 2, picked: 0 });
  });

  test('can not be of an item that has none', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    await expect(pick(await sell({ sku, quantity: 1 }), [{ sku, lot: 'A', units: 1 }])).rejects.toMatchObject({
      code: 'invalid_request',
      message: `${sku} is not tracked by lot: leave its lot out`,
    });
  });
});
