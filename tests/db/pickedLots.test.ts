import type { NamedLot } from '../../db/inventory/picking/pickParcel';
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

describe('the lots of a parcel', () => {
  test('are those that were named, and no other order gets them', async () => {
    const sku = await shop.trackedShelf(['A', 3, '2099-01-31'], ['B', 3, '2099-02-28']);
    const [first, second] = [await shop.sell({ sku, quantity: 3 }), await shop.sell({ sku, quantity: 3 })];
    const named = [
      { sku, lot: 'A', units: 1 },
      { sku, lot: 'B', units: 2 },
    ];
    const picked = await shop.pick(first, named);
    expect(picked.lots).toEqual(named);
    expect(await shop.pick(first, named)).toEqual(picked);
    await expect(shop.pick(first, [{ sku, lot: 'B', units: 3 }])).rejects.toMatchObject({
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
    expect(await shop.figures(sku)).toEqual({ onHand: 0, reserved: 0, picked: 0, available: 0 });
  });

  test('are not damaged or counted away while they are picked', async () => {
    const sku = await shop.trackedShelf(['A', 2, '2099-01-31'], ['B', 5, '2099-02-28']);
    await shop.pick(await shop.sell({ sku, quantity: 2 }));
    for (const change of [{ delta: -1 }, { bucket: 'damaged', delta: 1 }] as const)
      await expect(shop.adjust(sku, { ...change, lot: 'A' })).rejects.toMatchObject({
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
    const sku = await shop.trackedShelf(['A', 1, '2099-01-31'], ['B', 9, '2099-02-28'], ['OLD', 2, '2020-01-31']);
    const orderId = await shop.sell({ sku, quantity: 2 });
    await expect(shop.pick(orderId, lots(sku))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(await shop.figures(sku)).toMatchObject({ reserved: 2, picked: 0 });
  });

  test('can not be of an item that has none', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    await expect(shop.pick(await shop.sell({ sku, quantity: 1 }), [{ sku, lot: 'A', units: 1 }])).rejects.toMatchObject(
      {
        code: 'invalid_request',
        message: `${sku} is not tracked by lot: leave its lot out`,
      },
    );
  });
});
