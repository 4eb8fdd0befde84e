import { dispatchStock } from '../../db/inventory/dispatchStock';
import { renumberCalledOff } from '../../db/inventory/parcels';
import { changeOrder } from '../../db/orders/changeOrder';
import { insertHold } from '../../db/orders/holdRows';
import { passMilestone } from '../../db/shipments/shipmentRecord';
import { inTransaction } from '../../db/transaction';
import { holdId, shipmentId } from '../../domain/ids';
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

describe('a parcel can not be picked', () => {
  const refusal = (code: string, message: string | RegExp) => ({
    code,
    message: expect.stringMatching(message) as string,
  });

  test('when it is not of the order, or the order is not there', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await shop.sell({ sku, quantity: 1 });
    await expect(shop.pick(orderId, [], 2)).rejects.toMatchObject(refusal('not_found', /has no parcel shp_/));
    await expect(shop.pick('ord_00000000000000000000000000000000')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('when it has left', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await shop.sell({ sku, quantity: 1 });
    await room.begin(orderId);
    await room.dispatch(orderId);
    await expect(shop.pick(orderId)).rejects.toMatchObject(
      refusal('illegal_transition', /^the carrier has taken this parcel/),
    );
  });

  test('before the order is paid', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await room.order({ lines: [{ sku, quantity: 1, unitPrice: 500 }] });
    await room.reserve(orderId);
    await expect(shop.pick(orderId)).rejects.toMatchObject(
      refusal('illegal_transition', /is not paid for yet: pick it once/),
    );
  });

  test('before the order is paid, though it waits for more of it as well', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    await room.rows(`UPDATE items SET shortage = 'partial' WHERE sku = ?`, [sku]);
    const orderId = await room.order({ lines: [{ sku, quantity: 2, unitPrice: 500 }] });
    expect((await room.reserve(orderId)).snapshot.status).toBe('awaiting_stock');
    await expect(shop.pick(orderId)).rejects.toMatchObject(refusal('illegal_transition', /is not paid for yet/));
    const free = await room.order({ lines: [{ sku, quantity: 2, unitPrice: 0 }], shippingPrice: 0 });
    await room.cancel(orderId);
    expect((await room.reserve(free)).snapshot.status).toBe('awaiting_stock');
    expect(await shop.pick(free)).toMatchObject({ lines: [{ quantity: 1 }] });
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
    const [held, picked] = [await shop.sell({ sku, quantity: 1 }), await shop.sell({ sku, quantity: 1 })];
    await hold(held, 'address', 1);
    await expect(shop.pick(held)).rejects.toMatchObject(
      refusal('illegal_transition', /on hold \(address\): pick it once/),
    );
    await hold(picked, 'payment', 1);
    const first = await shop.pick(picked);
    await hold(picked, 'address', 2);
    const { pickedAt, pickedBy, lines } = first;
    expect(await shop.pick(picked)).toMatchObject({ pickedAt, pickedBy, lines });
  });

  test('while somebody has to decide about the order', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    const orderId = await shop.sell({ sku, quantity: 1 });
    await changeOrder(room.database, orderId, async () => ({ attention: 'it is odd', events: [] }));
    await expect(shop.pick(orderId)).rejects.toMatchObject(
      refusal('illegal_transition', /decide .* \(resolve\): it is odd/),
    );
  });

  test('once its shipment was called off; its units move on, with their lots, to a parcel that was picked as well', async () => {
    const sku = await shop.trackedShelf(['A', 3, '2099-01-31']);
    const orderId = await shop.sell({ sku, quantity: 2 });
    await room.begin(orderId);
    await shop.pick(orderId);
    await inTransaction(room.database, (transaction) =>
      passMilestone(transaction, shipmentId(orderId, 1), 'cancelled'),
    );
    await expect(shop.pick(orderId)).rejects.toMatchObject(refusal('illegal_transition', /read the order again/));
    await inTransaction(room.database, (transaction) => renumberCalledOff(transaction, orderId));
    expect(await shop.pick(orderId, [], 2)).toMatchObject({ lots: [{ sku, lot: 'A', units: 2 }] });
    await changeOrder(room.database, orderId, async (transaction) => {
      await dispatchStock(transaction, { orderId, number: 2 }, 'system');
      return { events: [{ type: 'shipment.picked_up' }] };
    });
    expect(await shop.lotsOf(sku)).toEqual([{ lot: 'A', onHand: 1, picked: 0 }]);
  });
});
