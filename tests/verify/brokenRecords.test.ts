import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { faultsOf, makeMixedOrders, verifyWorld, type MixedOrders } from './mixedOrders';
import { PLANTED_AGAINST_WITNESSES } from './plantedAgainstWitnesses';
import { PLANTED_IN_RECORDS, type Planted } from './plantedInRecords';
import { openTamper, type Tamper } from './tamper';

let world: OrderWorld;
let orders: MixedOrders;
let tamper: Tamper;
beforeAll(async () => {
  world = await createOrderWorld();
  orders = await makeMixedOrders(world);
  tamper = await openTamper(world.databaseUrl);
}, 120_000);
afterAll(async () => {
  await tamper?.close();
  await world?.close();
});
afterEach(() => tamper.restore());

const idOf = ({ id = 'ORDER', on }: Planted): string => {
  const orderId = on === undefined ? '' : orders[on];
  const bare = orderId.slice('ord_'.length);
  return id.replace('ORDER', orderId).replace('PAYMENT', `pay_${bare}_1`).replace('PARCEL', `shp_${bare}_1`);
};

describe('a breach in the records', () => {
  test.each(
    [...PLANTED_IN_RECORDS, ...PLANTED_AGAINST_WITNESSES].map(
      (planted) => [planted.invariant, planted.fault, planted] as const,
    ),
  )('of %s is found: %s', async (invariant, _fault, planted) => {
    await tamper.run(planted.sql, planted.on === undefined ? [] : [orders[planted.on]]);
    const report = await verifyWorld(world, { only: [invariant] });
    expect(report.exitCode).toBe(1);
    const ids = report.results[0]?.breaches.map(({ id }) => id);
    expect(ids).toContain(idOf(planted));
    const found = report.results[0]?.breaches.find(({ id }) => id === idOf(planted));
    expect(found?.what).toMatch(planted.what);
  });

  test('is gone when the records are as they were', async () => {
    expect(faultsOf(await verifyWorld(world, { acknowledged: Object.values(orders) }))).toEqual({});
  });
});
