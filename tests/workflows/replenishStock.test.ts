import { ApplicationFailure } from '@temporalio/activity';
import { createReplenishmentActivities, type ReplenishReport } from '../../activities/replenishment';
import { saveRule } from '../../db/inventory/replenishment/rules';
import { listSuggestions, type Suggestion } from '../../db/inventory/replenishment/suggestions';
import { inTransaction } from '../../db/transaction';
import { newId } from '../../runtime/newId';
import { startReplenishment } from '../../runtime/startReplenishment';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

const ITEMS = 230;
let world: OrderWorld;
/** What happens before each attempt of the step, until it is used up. */
let outages: (() => Promise<void>)[] = [];
let attempts = 0;

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  for (let count = 1; count <= ITEMS; count += 1) {
    const sku = `NIGHT-${String(count).padStart(3, '0')}`;
    await world.stock(sku, 5);
    await inTransaction(world.database, (transaction) =>
      saveRule(transaction, {
        ...{ id: newId('rul'), sku, location: 'loc-1', policy: { type: 'min_max', min: 10, max: 40 }, actor: 'test' },
        ...{ multiple: 1, minimumOrder: 0, leadTimeDays: 5, leadTimeSdDays: 0, serviceLevel: 0.95 },
        ...{ supplier: 'acme', unitCost: 250, currency: 'EUR' },
      }),
    );
  }
  const real = createReplenishmentActivities({ database: world.database });
  await world.startWorker({
    activities: {
      async replenishStock(request) {
        attempts += 1;
        await outages.shift()?.();
        return real.replenishStock(request);
      },
    },
  });
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  outages = [];
  attempts = 0;
});

const databaseIsAway = async (): Promise<void> => {
  throw ApplicationFailure.retryable('connect ECONNREFUSED', 'ECONNREFUSED');
};
const execute = (workflowId: string): Promise<ReplenishReport> =>
  world.temporal.client.workflow.execute('replenishStock', { workflowId, taskQueue: world.taskQueue });
const open = async (): Promise<Suggestion[]> => {
  const first = await listSuggestions(world.database, { status: 'open' }, { after: null, limit: 500 });
  return first;
};

describe('the nightly run', () => {
  test('looks at every rule, suggests once for each, and is on record under the run of its workflow', async () => {
    const report = await execute(`nightly-${world.taskQueue}`);
    expect(report).toMatchObject({ rules: ITEMS, suggestions: ITEMS });
    expect(report.runId).toMatch(/^rpl_[0-9a-f]{32}$/);
    const found = await open();
    expect(new Set(found.map(({ sku }) => sku)).size).toBe(ITEMS);
    expect(found.every(({ runId, quantity }) => runId === report.runId && quantity === 35)).toBe(true);
  }, 60_000);

  test('waits for a database that is away, for as long as it takes, and suggests nothing twice', async () => {
    outages = [databaseIsAway, databaseIsAway, databaseIsAway];
    const report = await execute(`outage-${world.taskQueue}`);
    expect([attempts, report.rules, report.suggestions]).toEqual([4, ITEMS, ITEMS]);
    expect(await open()).toHaveLength(ITEMS);
  }, 60_000);

  test('that is asked for twice under one id runs once', async () => {
    const runId = newId('rpl');
    const run = { runId, windowDays: 30, requestedBy: 'key:ops' };
    const start = () => startReplenishment(world.temporal, run, { taskQueue: world.taskQueue, deadlineMs: 10_000 });
    await Promise.all([start(), start(), start()]);
    const handle = world.temporal.client.workflow.getHandle(`replenish-stock-${runId}`);
    expect(await handle.result()).toMatchObject({ runId, suggestions: ITEMS });
    await start();
    expect(attempts).toBe(1);
    expect(new Set((await open()).map((found) => found.runId))).toEqual(new Set([runId]));
  }, 60_000);
});

describe('a run that breaks off', () => {
  test('in the middle goes on where it was, and ends as one that did not', async () => {
    // Postgres ends every connection of the run as it waits for the last rules, which somebody else holds.
    const runId = newId('rpl');
    const { database } = world;
    let isBroken = false;
    await database.transaction(async (holder) => {
      await holder.raw(`SELECT id FROM reorder_rules WHERE sku = 'NIGHT-150' FOR UPDATE`);
      await startReplenishment(
        world.temporal,
        { runId, windowDays: 30, requestedBy: 'test' },
        { taskQueue: world.taskQueue, deadlineMs: 10_000 },
      );
      while (!isBroken) {
        const { rows } = await database.raw<{ rows: unknown[] }>(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FROM reorder_rules%'`,
        );
        isBroken = rows.length > 0;
        if (!isBroken) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    const report = await world.temporal.client.workflow.getHandle(`replenish-stock-${runId}`).result();
    expect(report).toMatchObject({ runId, rules: ITEMS, suggestions: ITEMS });
    expect(attempts).toBeGreaterThan(1);
    expect(await open()).toHaveLength(ITEMS);
  }, 60_000);
});
