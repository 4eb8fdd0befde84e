import { createInventoryActivities } from '../../activities/inventory';
import { claimOffers } from '../../db/inventory/claimOffers';
import { placePurchaseOrder } from '../../db/inventory/purchasing/changePurchaseOrder';
import { receivePurchaseOrder } from '../../db/inventory/purchasing/receivePurchaseOrder';
import { approveSuggestion } from '../../db/inventory/replenishment/approveSuggestion';
import { saveRule } from '../../db/inventory/replenishment/rules';
import { beginRun, endRun } from '../../db/inventory/replenishment/runs';
import { suggestOrders } from '../../db/inventory/replenishment/suggestOrders';
import { listSuggestions } from '../../db/inventory/replenishment/suggestions';
import { inTransaction } from '../../db/transaction';
import { findExpectedDrift } from '../../db/verify/findExpectedDrift';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
});
afterEach(() => room.close());

const actor = 'key:test';
async function suggest(): Promise<{ id: string; quantity: number }[]> {
  const runId = newId('rpl');
  const begun = await beginRun(room.database, { runId, requestedBy: 'test', windowDays: 30 });
  await suggestOrders(room.database, { runId, ...begun, after: null, limit: 100 });
  await endRun(room.database, runId, 1);
  return listSuggestions(room.database, { status: 'open' }, { after: null, limit: 100 });
}

test('what customers wait for is suggested, bought, received and theirs, and is not suggested twice on its way', async () => {
  await room.stock('MUG', 3);
  await room.rows(`UPDATE items SET shortage = 'backorder', lead_time_days = 4 WHERE sku = 'MUG'`);
  await inTransaction(room.database, (transaction) =>
    saveRule(transaction, {
      ...{ id: newId('rul'), sku: 'MUG', location: 'loc-1', policy: { type: 'min_max', min: 0, max: 0 }, actor },
      ...{ multiple: 1, minimumOrder: 0, leadTimeDays: null, leadTimeSdDays: 0, serviceLevel: 0.95 },
      ...{ supplier: 'acme', unitCost: 100, currency: 'EUR' },
    }),
  );
  expect(await suggest()).toEqual([]);
  const orderId = await room.order(free({ sku: 'MUG', quantity: 8 }));
  expect((await room.reserve(orderId)).snapshot).toMatchObject({ status: 'awaiting_stock', backordered: 5 });

  const [suggestion] = await suggest();
  expect(suggestion).toMatchObject({ quantity: 5, explanation: { stock: { onHand: 3, reserved: 3, backorders: 5 } } });
  const id = await inTransaction(room.database, (transaction) =>
    approveSuggestion(transaction, {
      ...{ id: suggestion?.id ?? '', quantity: null, supplier: null, newPurchaseOrderId: newId('po'), actor },
    }),
  );
  expect(await suggest()).toEqual([]);
  await inTransaction(room.database, (transaction) => placePurchaseOrder(transaction, { id, actor }));
  expect(await suggest()).toEqual([]);
  expect(await claimOffers(room.database, 10)).toEqual([]);

  await inTransaction(room.database, (transaction) =>
    receivePurchaseOrder(transaction, { id, lines: [{ line: 1, quantity: 5 }], document: null, actor }),
  );
  expect(await claimOffers(room.database, 10)).toEqual([orderId]);
  const { snapshot } = await createInventoryActivities({ database: room.database }).allocateBackorder({ orderId });
  expect(snapshot).toMatchObject({ status: 'ready_to_ship', backordered: 0 });
  expect(await room.level('MUG')).toEqual({ onHand: 8, reserved: 8 });
  expect(await suggest()).toEqual([]);
  expect((await findExpectedDrift(room.database)).found).toEqual([]);
  expect(await room.findDrift()).toEqual([]);
});
