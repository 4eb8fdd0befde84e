import { pickParcel } from '../../db/inventory/picking/pickParcel';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { readProjections } from '../../db/verify/readProjections';
import { shipmentId } from '../../domain/ids';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('TEA', 500);
});
afterAll(() => world.close());
afterEach(async () => {
  expect((await findReservationDrift(world.database)).found).toEqual([]);
  expect((await findOrdersOffLedger(world.database)).found).toEqual([]);
});

const pick = (orderId: string) =>
  pickParcel(world.database, {
    ...{ orderId, number: 1, shipmentId: shipmentId(orderId, 1), lots: [], actor: 'key:picker' },
  });
const place = async (): Promise<string> => {
  const orderId = await world.place({ lines: [{ sku: 'TEA', quantity: 2, unitPrice: 500 }], shippingPrice: 0 });
  await world.untilTold(orderId, 'shipment.booked');
  return orderId;
};
const level = async () => {
  const { rows } = await world.database.raw<{ rows: [{ reserved: number; picked: number }] }>(
    `SELECT reserved, picked FROM stock_levels WHERE sku = 'TEA'`,
  );
  return rows[0];
};
/** By how many changes the workflow is behind its record, and how many it may be. */
const behind = async (orderId: string) => {
  const row = (await readProjections(world.database, [orderId])).get(orderId);
  return [(row?.version ?? 0) - (await world.snapshot(orderId)).version, row?.unseen];
};
const untilCaughtUp = async (orderId: string) => {
  while ((await behind(orderId))[0] !== 0) await new Promise((resolve) => setTimeout(resolve, 25));
};

describe('a running order whose parcel is picked', () => {
  test('goes on as if nobody had picked it, and knows of the change after its next step', async () => {
    const orderId = await place();
    await untilCaughtUp(orderId);
    await pick(orderId);
    expect(await level()).toEqual({ reserved: 2, picked: 2 });
    expect(await behind(orderId)).toEqual([1, 1]);
    await world.report(orderId, 'picked_up');
    await world.untilTold(orderId, 'payment.captured');
    expect(await level()).toEqual({ reserved: 0, picked: 0 });
    await untilCaughtUp(orderId);
    await world.report(orderId, 'delivered');
    expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
    const types = (await world.timeline(orderId)).map(({ type }) => type);
    expect(types.slice(types.indexOf('shipment.booked'), types.indexOf('payment.captured'))).toEqual(
      expect.arrayContaining(['shipment.booked', 'parcel.picked', 'shipment.picked_up']),
    );
  });

  test('puts it back when it is cancelled', async () => {
    const orderId = await place();
    await pick(orderId);
    await world.handle(orderId).executeUpdate('cancelOrder', {
      args: [{ reason: 'customer_asked', note: null, requestId: 'one', actor: 'test' }],
    });
    expect(await world.result(orderId)).toMatchObject({ status: 'cancelled' });
    expect(await level()).toEqual({ reserved: 0, picked: 0 });
    await expect(pick(orderId)).rejects.toMatchObject({ message: expect.stringMatching(/is cancelled/) as string });
  });
});
