import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { faultsOf, makeMixedOrders, verifyWorld, type MixedOrders } from './mixedOrders';

let world: OrderWorld;
let orders: MixedOrders;
let logs: string;
beforeAll(async () => {
  world = await createOrderWorld();
  orders = await makeMixedOrders(world);
  logs = mkdtempSync(join(tmpdir(), 'oms-verify-logs-'));
  writeFileSync(join(logs, 'api.log'), `{"orderId":"${orders.completed}","msg":"request"}\n`);
}, 120_000);
afterAll(async () => {
  await world?.close();
  rmSync(logs, { recursive: true, force: true });
});

describe('after orders of all kinds', () => {
  test('every invariant holds, and each has looked at something', async () => {
    const report = await verifyWorld(world, { acknowledged: Object.values(orders), logs });
    expect(faultsOf(report)).toEqual({});
    expect(report.exitCode).toBe(0);
    expect(report.results.filter(({ state, checked }) => state !== 'holds' || checked === 0)).toEqual([]);
  });
});
