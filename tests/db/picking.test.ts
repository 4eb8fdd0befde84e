import { giveUpStock } from '../../db/inventory/reallocation/giveUpStock';
import { putClassRule } from '../../db/inventory/reallocation/classes';
import { rebuildStock } from '../../db/inventory/rebuildStock';
import { inTransaction } from '../../db/transaction';
import { shipmentId } from '../../domain/ids';
import { openBackroom, type Backroom } from './backroom';
import { newSku, pickingIn } from './pickingIn';

let room: Backroom;
let shop: ReturnType<typeof pickingIn>;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  shop = pickingIn(room);
});
afterAll(() => room.close());
afterEach(async () => expect(await shop.findDrift()).toEqual([]));

describe('a parcel that is picked', () => {
  test('stays on hand and reserved until it leaves, with a line in the ledger for each step', async () => {
    const sku = newSku();
    await room.stock(sku, 10);
    const orderId = await shop.sell({ sku, quantity: 3 });
    await shop.sell({ sku, quantity: 2 });
    await room.begin(orderId);
    const picked = await shop.pick(orderId);
    expect(picked).toMatchObject({
      location: 'loc-1',
      pickedBy: 'key:picker',
      lines: [{ sku, quantity: 3 }],
      lots: [],
    });
    expect(await shop.figures(sku)).toEqual({ onHand: 10, reserved: 5, picked: 3, available: 5 });
    expect(await room.dispatch(orderId)).toMatchObject({ status: 'shipped' });
    expect(await shop.figures(sku)).toEqual({ onHand: 7, reserved: 2, picked: 0, available: 5 });
    const ledger = await room.rows(
      'SELECT reason, on_hand_delta, reserved_delta, picked_delta, actor FROM stock_movements WHERE document = ? ORDER BY id',
      [orderId],
    );
    expect(ledger).toEqual([
      { reason: 'allocated', on_hand_delta: 0, reserved_delta: 3, picked_delta: 0, actor: 'system' },
      { reason: 'picked', on_hand_delta: 0, reserved_delta: 0, picked_delta: 3, actor: 'key:picker' },
      { reason: 'shipped', on_hand_delta: -3, reserved_delta: -3, picked_delta: -3, actor: 'system' },
    ]);
    expect(await shop.told(orderId, 'parcel.picked')).toEqual([
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
    const orderId = await shop.sell({ sku: kit, quantity: 2 }, { sku: tea, quantity: 1 });
    await shop.pick(orderId);
    expect(await shop.figures(tea)).toMatchObject({ reserved: 5, picked: 5 });
    expect(await shop.figures(cup)).toMatchObject({ reserved: 2, picked: 2 });
    await room.cancel(orderId);
    expect(await shop.figures(tea)).toEqual({ onHand: 9, reserved: 0, picked: 0, available: 9 });
  });

  test('is picked once, however often and at once it is asked for', async () => {
    const sku = newSku();
    await room.stock(sku, 5);
    const orderId = await shop.sell({ sku, quantity: 2 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.pick(orderId)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await shop.figures(sku)).toMatchObject({ reserved: 2, picked: 2 });
    expect(await shop.told(orderId, 'parcel.picked')).toHaveLength(1);
  });

  test('goes back on the shelf when its order is cancelled, by two movements', async () => {
    const sku = await shop.trackedShelf(['A', 2, '2099-01-31'], ['B', 5, '2099-02-28']);
    const plain = newSku();
    await room.stock(plain, 4);
    const orderId = await shop.sell({ sku, quantity: 3 }, { sku: plain, quantity: 1 });
    await shop.pick(orderId);
    expect(await shop.lotsOf(sku)).toEqual([
      { lot: 'A', onHand: 2, picked: 2 },
      { lot: 'B', onHand: 5, picked: 1 },
    ]);
    expect(await room.cancel(orderId)).toMatchObject({ status: 'cancelled' });
    await room.cancel(orderId);
    expect(await shop.figures(sku)).toEqual({ onHand: 7, reserved: 0, picked: 0, available: 7 });
    expect(await shop.figures(plain)).toEqual({ onHand: 4, reserved: 0, picked: 0, available: 4 });
    expect(await shop.lotsOf(sku)).toEqual([
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
    await expect(shop.pick(orderId)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: 'the order is cancelled: leave its units on the shelf',
    });
  });

  test('is what the ledger says, to which a level and its lots are set', async () => {
    const sku = await shop.trackedShelf(['A', 5, '2099-01-31']);
    await shop.pick(await shop.sell({ sku, quantity: 3 }));
    await room.rows('UPDATE stock_levels SET picked = 1 WHERE sku = ?', [sku]);
    await room.rows('UPDATE stock_lots SET picked = 2 WHERE sku = ?', [sku]);
    expect(await rebuildStock(room.database, { apply: true, actor: 'test' })).toEqual([
      {
        ...{ sku, location: 'loc-1', fault: null },
        what: '1 picked, 3 by its movements (-2); lot A: 2 picked, 3 by its movements (-1)',
      },
    ]);
    expect(await shop.figures(sku)).toEqual({ onHand: 5, reserved: 3, picked: 3, available: 2 });
    expect(await shop.lotsOf(sku)).toEqual([{ lot: 'A', onHand: 5, picked: 3 }]);
  });

  test('is whole or not: a race with the cancellation of its order leaves nothing picked', async () => {
    const sku = newSku();
    await room.stock(sku, 40);
    const orders = await Promise.all(Array.from({ length: 20 }, () => shop.sell({ sku, quantity: 2 })));
    await Promise.all(
      orders.flatMap((orderId) => [shop.pick(orderId).catch((error: Error) => error.message), room.cancel(orderId)]),
    );
    expect(await shop.figures(sku)).toEqual({ onHand: 40, reserved: 0, picked: 0, available: 40 });
  });

  test('is whole or not: a race with the carrier takes each unit out once', async () => {
    const sku = await shop.trackedShelf(['A', 15, '2099-01-31'], ['B', 25, '2099-02-28']);
    const orders = await Promise.all(Array.from({ length: 20 }, () => shop.sell({ sku, quantity: 2 })));
    for (const orderId of orders) await room.begin(orderId);
    const late = (error: Error) => expect(error.message).toMatch('the carrier has taken this parcel');
    await Promise.all(orders.flatMap((orderId) => [shop.pick(orderId).catch(late), room.dispatch(orderId)]));
    expect(await shop.figures(sku)).toEqual({ onHand: 0, reserved: 0, picked: 0, available: 0 });
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
    const [safe, loser] = [await shop.sell({ sku, quantity: 1 }), await shop.sell({ sku, quantity: 1 })];
    const waiting = await shop.sell({ sku, quantity: 2 });
    await room.rows('UPDATE backorders SET class_rank = 1 WHERE order_id = ?', [waiting]);
    await shop.pick(safe);
    const lose = (orderId: string) =>
      inTransaction(room.database, (transaction) =>
        giveUpStock(transaction, {
          ...{ orderId, lineId: `lin_${orderId.slice(4)}_1`, takes: [{ location: 'loc-1', units: 1 }] },
          ...{ requestId: `run-${orderId}`, actor: 'test' },
        }),
      );
    expect(await lose(safe)).toBeNull();
    expect(await lose(loser)).toMatchObject({ units: 1 });
    expect(await shop.figures(sku)).toMatchObject({ reserved: 1, picked: 1 });
    await expect(shop.pick(loser)).rejects.toMatchObject({ message: expect.stringMatching(/was given up/) as string });
    await room.rows('DELETE FROM reallocation_classes');
  });
});
