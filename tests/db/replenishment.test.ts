import { placePurchaseOrder } from '../../db/inventory/purchasing/changePurchaseOrder';
import { readPurchaseOrder } from '../../db/inventory/purchasing/purchaseRecord';
import { approveSuggestion } from '../../db/inventory/replenishment/approveSuggestion';
import { deleteRule, listRules, saveRule, type NewReorderRule } from '../../db/inventory/replenishment/rules';
import { beginRun, endRun, readRun } from '../../db/inventory/replenishment/runs';
import { suggestOrders, type Place } from '../../db/inventory/replenishment/suggestOrders';
import { dismissSuggestion, listSuggestions, type Suggestion } from '../../db/inventory/replenishment/suggestions';
import { inTransaction } from '../../db/transaction';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';
import { shelve, type Past } from './ledgerHistory';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  await Promise.all(Array.from({ length: 20 }, () => room.rows('SELECT pg_sleep(0.2)')));
});
afterAll(() => room.close());

const actor = 'key:test';
let skus = 0;
async function item(history: readonly Past[], location = 'loc-1'): Promise<string> {
  const sku = `RE-${String((skus += 1)).padStart(3, '0')}`;
  await shelve(room, sku, history, { location });
  return sku;
}
async function rule(sku: string, changes: Partial<NewReorderRule> = {}): Promise<string> {
  const saved = await inTransaction(room.database, (transaction) =>
    saveRule(transaction, {
      ...{ id: newId('rul'), sku, location: 'loc-1', policy: { type: 'min_max', min: 10, max: 40 }, actor },
      ...{ multiple: 1, minimumOrder: 0, leadTimeDays: 5, leadTimeSdDays: 0, serviceLevel: 0.95 },
      ...{ supplier: 'acme', unitCost: 250, currency: 'EUR' },
      ...changes,
    }),
  );
  return saved.rule.id;
}

async function run(runId = newId('rpl'), limit = 3): Promise<{ runId: string; rules: number }> {
  const begun = await beginRun(room.database, { runId, requestedBy: 'test', windowDays: 30 });
  let rules = 0;
  for (let after: Place | null = null; ;) {
    const step = await suggestOrders(room.database, { runId, ...begun, after, limit });
    if (step === null) break;
    after = step.last;
    rules += step.rules;
  }
  await endRun(room.database, runId, rules);
  return { runId, rules };
}
const all = (sku: string, location?: string): Promise<Suggestion[]> =>
  listSuggestions(room.database, { sku, location }, { after: null, limit: 100 });
const open = async (sku: string): Promise<Suggestion | undefined> => {
  const found = (await all(sku)).filter(({ status }) => status === 'open');
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
};
const opened = async (sku: string): Promise<Suggestion> => {
  const found = await open(sku);
  if (found === undefined) throw new Error(`nothing is suggested for ${sku}`);
  return found;
};
const approve = (id: string, changes: { quantity?: number; supplier?: string } = {}): Promise<string> =>
  inTransaction(room.database, (transaction) =>
    approveSuggestion(transaction, {
      ...{ id, quantity: changes.quantity ?? null, supplier: changes.supplier ?? null, actor },
      newPurchaseOrderId: newId('po'),
    }),
  );
const dismiss = (id: string, snoozeDays = 0): Promise<void> =>
  inTransaction(room.database, (transaction) => dismissSuggestion(transaction, { id, note: 'no', snoozeDays, actor }));

describe('a run', () => {
  test.each([
    [10, 30],
    [8, 36],
  ])('with min 10, max 40 and multiple 6 suggests, of %d on hand, %d', async (onHand, quantity) => {
    const sku = await item([{ daysAgo: 3, units: onHand }]);
    await rule(sku, { multiple: 6 });
    await run();
    expect(await open(sku)).toMatchObject({ quantity, supplier: 'acme', explanation: { decision: { maxUnits: 40 } } });
  });

  test('measures demand over whole days, those without any too, since the first movement and before today', async () => {
    const sku = await item([
      { daysAgo: 4, units: 100 },
      { daysAgo: 3, units: -6 },
      { daysAgo: 3, units: -4 },
      { daysAgo: 1, units: -20 },
      { daysAgo: 1, units: -7, reason: 'counted' },
      { daysAgo: 0, units: -30 },
    ]);
    await rule(sku, { policy: { type: 'min_max', min: 50, max: 50 } });
    await run();
    const { explanation } = await opened(sku);
    expect(explanation.demand).toMatchObject({ windowDays: 30, days: 4, units: 30, mean: 7.5 });
    expect(explanation.demand.sd).toBeCloseTo(9.574271, 6);
    expect(explanation.stock).toMatchObject({ onHand: 33, position: 33, forecast: 33 });
    expect(explanation.summary).toMatch(
      /^33 units .* at 50 or below, up to 50: 17\. Demand: 7\.5 a day over 4 days\.$/,
    );
  });

  test('measures no more than its window', async () => {
    const sku = await item([
      { daysAgo: 90, units: 400 },
      { daysAgo: 31, units: -60 },
      { daysAgo: 30, units: -30 },
      { daysAgo: 2, units: -30 },
    ]);
    await rule(sku, { policy: { type: 'days_of_cover', minDays: 150, maxDays: 200 } });
    await run();
    expect((await opened(sku)).explanation.demand).toMatchObject({ days: 30, units: 60, mean: 2 });
    expect((await opened(sku)).quantity).toBe(120);
  });

  test('computes reorder point and EOQ from demand, lead time and costs, and keeps the most it means to have', async () => {
    const history = Array.from({ length: 30 }, (_, day) => ({ daysAgo: 30 - day, units: day % 2 === 0 ? -25 : -15 }));
    const sku = await item([{ daysAgo: 31, units: 700 }, ...history]);
    await rule(sku, {
      policy: { type: 'reorder_point', orderCost: 8, holdingCost: 0.225 },
      ...{ leadTimeDays: 9, leadTimeSdDays: 2 },
    });
    await run();
    const { explanation, quantity } = await opened(sku);
    // Sample deviation of 15 days of 25 and 15 of 15: √(30·25 / 29).
    const safety = 1.6448536 * Math.sqrt(9 * (750 / 29) + 400 * 4);
    expect(explanation.decision.safetyStock).toBeCloseTo(safety, 5);
    expect(explanation.decision).toMatchObject({ reorderAt: Math.ceil(180 + safety), orderQuantity: 721 });
    expect(quantity).toBe(721);
    const [kept] = await listRules(room.database, { sku }, { after: null, limit: 1 });
    expect(kept).toMatchObject({ maxUnits: Math.ceil(180 + safety) + 721 });
  });

  test('counts what is reserved, damaged, held, incoming, on drafts and waited for', async () => {
    const sku = await item([{ daysAgo: 2, units: 30 }]);
    await rule(sku, { policy: { type: 'min_max', min: 30, max: 60 } });
    await room.rows('UPDATE stock_levels SET damaged = 3, quality_hold = 2, incoming = 4 WHERE sku = ?', [sku]);
    await room.reserve(await room.order(free({ sku, quantity: 6 })));
    const orderId = await room.order(free({ sku, quantity: 5 }));
    await room.rows(
      `INSERT INTO backorders (line_id, sku, order_id, channel, units)
       SELECT id, sku, order_id, 'web', 5 FROM order_lines WHERE order_id = ?`,
      [orderId],
    );
    await run();
    const parts = { onHand: 30, reserved: 6, damaged: 3, qualityHold: 2, incoming: 4, backorders: 5 };
    expect((await opened(sku)).explanation.stock).toEqual({ ...parts, position: 18, drafted: 0, forecast: 18 });
    expect((await opened(sku)).quantity).toBe(42);
    await approve((await opened(sku)).id, { quantity: 10 });
    await run();
    expect((await opened(sku)).explanation.stock).toMatchObject({ position: 18, drafted: 10, forecast: 28 });
    expect((await opened(sku)).quantity).toBe(32);
  });

  test('counts backorders of an item once: at the place with a rule that comes first', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    for (const location of ['loc-2', 'loc-3']) {
      await shelve(room, sku, [{ daysAgo: 2, units: 5 }], { location });
      await rule(sku, { location });
    }
    const orderId = await room.order(free({ sku, quantity: 9 }));
    await room.rows(
      `INSERT INTO backorders (line_id, sku, order_id, channel, units)
       SELECT id, sku, order_id, 'web', 9 FROM order_lines WHERE order_id = ?`,
      [orderId],
    );
    await run();
    const found = (await all(sku)).map(({ location, quantity }) => [location, quantity]);
    expect(found).toEqual([
      ['loc-2', 44],
      ['loc-3', 35],
    ]);
  });

  test('suggests for a place that never had the item, and nothing where enough is there', async () => {
    const sku = await item([{ daysAgo: 2, units: 11 }]);
    await rule(sku);
    await room.stock(`${sku}-X`, 0, { location: 'loc-2' });
    await rule(sku, { location: 'loc-2' });
    await run();
    expect((await all(sku)).map(({ location, quantity }) => [location, quantity])).toEqual([['loc-2', 40]]);
  });

  test('takes the place of what the run before has suggested, also by nothing', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku);
    const first = await run();
    await room.rows('UPDATE stock_levels SET incoming = 3 WHERE sku = ?', [sku]);
    const second = await run();
    const byRun = new Map((await all(sku)).map((found) => [found.runId, found]));
    expect(byRun.get(first.runId)).toMatchObject({ status: 'replaced', decidedBy: second.runId, quantity: 35 });
    expect(byRun.get(second.runId)).toMatchObject({ status: 'open', quantity: 32 });
    await room.rows('UPDATE stock_levels SET incoming = 30 WHERE sku = ?', [sku]);
    await run();
    expect(await open(sku)).toBeUndefined();
  });

  test('repeated makes nothing twice, and leaves alone what has been decided since', async () => {
    const [one, two] = [await item([{ daysAgo: 2, units: 5 }]), await item([{ daysAgo: 2, units: 5 }])];
    await rule(one);
    await rule(two);
    const { runId, rules } = await run();
    const before = await opened(one);
    await dismiss((await opened(two)).id);
    expect(await run(runId)).toEqual({ runId, rules });
    expect(await all(one)).toEqual([before]);
    expect(await open(two)).toBeUndefined();
    expect(await readRun(room.database, runId)).toMatchObject({ status: 'completed', rules, requestedBy: 'test' });
  });

  test('beside five others at once leaves one open suggestion for each item and place', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku);
    await Promise.all(Array.from({ length: 6 }, () => run()));
    expect(await open(sku)).toMatchObject({ quantity: 35 });
    expect(await all(sku)).toHaveLength(6);
  });

  test('gives up on one that has not ended in its time, and forgets what was replaced long ago', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku);
    const lost = newId('rpl');
    await beginRun(room.database, { runId: lost, requestedBy: 'test', windowDays: 30 });
    await run();
    await run();
    expect(await readRun(room.database, lost)).toMatchObject({ status: 'running', endedAt: null });
    expect(await all(sku)).toHaveLength(2);
    await room.rows(`UPDATE replenishment_runs SET started_at = now() - interval '13 hours' WHERE id = ?`, [lost]);
    await room.rows(
      `UPDATE replenishment_suggestions SET decided_at = now() - interval '31 days' WHERE sku = ? AND status = 'replaced'`,
      [sku],
    );
    await run();
    expect(await readRun(room.database, lost)).toMatchObject({ status: 'failed', endedAt: expect.any(Date) });
    expect((await all(sku)).map(({ status }) => status).sort()).toEqual(['open', 'replaced']);
  });

  test('reviews periodically: not before its days are over, and again on the same day', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku, { policy: { type: 'periodic', reviewDays: 7, orderUpTo: 25 } });
    const first = await run();
    expect(await open(sku)).toMatchObject({ runId: first.runId, quantity: 20 });
    const again = await run();
    expect(await open(sku)).toMatchObject({ runId: again.runId });
    const reviewed = (daysAgo: number) =>
      room.rows(`UPDATE reorder_rules SET reviewed_on = (now() AT TIME ZONE 'UTC')::date - ?::int WHERE sku = ?`, [
        daysAgo,
        sku,
      ]);
    await reviewed(6);
    await run();
    expect(await open(sku)).toMatchObject({ runId: again.runId });
    await reviewed(7);
    const due = await run();
    expect(await open(sku)).toMatchObject({ runId: due.runId });
  });
});

describe('a suggestion', () => {
  test('approved makes a draft for its supplier, place and currency, and the next ones extend it', async () => {
    const supplier = newId('req');
    const [one, two] = [await item([{ daysAgo: 2, units: 5 }]), await item([{ daysAgo: 2, units: 5 }])];
    for (const sku of [one, two]) await rule(sku, { supplier });
    await run();
    const id = await approve((await opened(one)).id);
    expect(await approve((await opened(two)).id)).toBe(id);
    await room.rows('UPDATE stock_levels SET quality_hold = 4 WHERE sku = ?', [one]);
    await run();
    expect(await open(one)).toBeUndefined();
    await rule(one, { supplier, policy: { type: 'min_max', min: 40, max: 50 } });
    await run();
    expect(await approve((await opened(one)).id)).toBe(id);
    const order = await readPurchaseOrder(room.database, id);
    expect(order).toMatchObject({ status: 'draft', supplier, location: 'loc-1', currency: 'EUR', createdBy: actor });
    expect(order.lines.map(({ line, sku, quantity, unitCost }) => [line, sku, quantity, unitCost])).toEqual([
      [1, one, 49, 250],
      [2, two, 35, 250],
    ]);
    expect((await all(one)).filter(({ status }) => status === 'approved')).toMatchObject([
      { purchaseOrderId: id, decidedBy: actor },
      { purchaseOrderId: id },
    ]);
  });

  test('approved after the draft was ordered makes a new one', async () => {
    const supplier = newId('req');
    const [one, two] = [await item([{ daysAgo: 2, units: 5 }]), await item([{ daysAgo: 2, units: 5 }])];
    for (const sku of [one, two]) await rule(sku, { supplier });
    await run();
    const id = await approve((await opened(one)).id);
    await inTransaction(room.database, (transaction) => placePurchaseOrder(transaction, { id, actor }));
    expect(await approve((await opened(two)).id)).not.toBe(id);
  });

  test('and nine others of one supplier, approved at once, are on one draft', async () => {
    const supplier = newId('req');
    const items: string[] = [];
    for (let count = 0; count < 10; count += 1) items.push(await item([{ daysAgo: 2, units: 5 }]));
    for (const sku of items) await rule(sku, { supplier });
    await run();
    const found = await Promise.all(items.map(opened));
    const ids = await Promise.all(found.map(({ id }) => approve(id)));
    expect(new Set(ids).size).toBe(1);
    const { lines } = await readPurchaseOrder(room.database, ids[0] ?? '');
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(lines.map(({ sku }) => sku).sort()).toEqual(items);
  });

  test('approved by six people at once is on one purchase order once', async () => {
    const supplier = newId('req');
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku, { supplier });
    await run();
    const { id } = await opened(sku);
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => approve(id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const drafted = await room.rows('SELECT quantity FROM purchase_order_lines WHERE sku = ?', [sku]);
    expect(drafted).toEqual([{ quantity: 35 }]);
  });

  test('approved while a run goes on is not suggested again', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku, { supplier: newId('req') });
    for (let round = 1; round <= 10; round += 1) {
      await rule(sku, { supplier: newId('req'), policy: { type: 'min_max', min: 40 * round, max: 40 * round } });
      await run();
      const { id } = await opened(sku);
      const [approved] = await Promise.allSettled([approve(id), run()]);
      const drafted = await room.rows<{ units: number }>(
        `SELECT coalesce(sum(quantity), 0)::int AS units FROM purchase_order_lines WHERE sku = ?`,
        [sku],
      );
      const suggested = (await open(sku))?.quantity ?? 0;
      expect(5 + (drafted[0]?.units ?? 0) + suggested).toBe(40 * round);
      if (approved.status === 'rejected') await approve((await opened(sku)).id);
    }
  });

  test('without a supplier is approved with one that is given, and without a cost not at all', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku, { supplier: null, unitCost: null, currency: null });
    await run();
    const { id } = await opened(sku);
    await expect(approve(id)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: expect.stringContaining('no supplier'),
    });
    await expect(approve(id, { supplier: 'given' })).rejects.toMatchObject({
      code: 'illegal_transition',
      message: expect.stringContaining('has no cost'),
    });
    await room.rows(`UPDATE items SET unit_cost = 99, cost_currency = 'USD' WHERE sku = ?`, [sku]);
    const order = await readPurchaseOrder(room.database, await approve(id, { supplier: 'given', quantity: 7 }));
    expect(order).toMatchObject({ supplier: 'given', currency: 'USD', lines: [{ quantity: 7, unitCost: 99 }] });
  });

  test('dismissed comes again with the next run, unless it is put off', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    await rule(sku);
    await run();
    await dismiss((await opened(sku)).id);
    await run();
    const second = await opened(sku);
    await dismiss(second.id, 3);
    await expect(approve(second.id)).rejects.toMatchObject({ message: 'it has been dismissed already' });
    await run();
    expect(await open(sku)).toBeUndefined();
    await room.rows(`UPDATE reorder_rules SET snoozed_until = snoozed_until - 3 WHERE sku = ?`, [sku]);
    await run();
    expect(await open(sku)).toBeDefined();
  });

  test('goes with its rule, and is refused once a later run has taken its place', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    const id = await rule(sku);
    await run();
    const first = await opened(sku);
    await run();
    await expect(approve(first.id)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: expect.stringContaining('list the open ones again'),
    });
    await inTransaction(room.database, (transaction) => deleteRule(transaction, id, actor));
    expect(await open(sku)).toBeUndefined();
    await expect(
      inTransaction(room.database, (transaction) => deleteRule(transaction, id, actor)),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a rule', () => {
  test('takes the place of the one before and keeps its id', async () => {
    const sku = await item([{ daysAgo: 2, units: 5 }]);
    const id = await rule(sku);
    expect(await rule(sku, { policy: { type: 'days_of_cover', minDays: 3, maxDays: 9 } })).toBe(id);
    const rules = await listRules(room.database, { sku }, { after: null, limit: 9 });
    expect(rules).toMatchObject([{ id, policy: { type: 'days_of_cover' }, maxUnits: null }]);
  });

  test.each([
    [{ type: 'min_max', min: 1, max: 9 }, 9],
    [{ type: 'periodic', reviewDays: 7, orderUpTo: 12 }, 12],
    [{ type: 'periodic', reviewDays: 7 }, null],
    [{ type: 'reorder_point', reorderPoint: 4, orderQuantity: 6 }, 10],
    [{ type: 'reorder_point', orderQuantity: 6 }, null],
  ] as const)('of %j has at most %s from the start', async (policy, maxUnits) => {
    const sku = await item([]);
    await rule(sku, { policy });
    expect(await listRules(room.database, { sku }, { after: null, limit: 9 })).toMatchObject([{ maxUnits }]);
  });

  test('is not made for a kit, an unknown item or an unknown place', async () => {
    const [kit, part] = [await item([]), await item([])];
    await room.rows('INSERT INTO item_components (kit, sku, quantity) VALUES (?, ?, 2)', [kit, part]);
    await expect(rule(kit)).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/sku' }] });
    await expect(rule('NONE')).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/sku' }] });
    await expect(rule(part, { location: 'moon' })).rejects.toMatchObject({ errors: [{ pointer: '/location' }] });
  });
});
