import type { Activities } from '../../activities';
import { newId } from '../../runtime/newId';
import { startReallocation } from '../../runtime/startReallocation';
import type { reallocateStock } from '../../workflows/inventory/reallocateStock';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

/** More than one history has room for. */
const LINES = 2_050;
let world: OrderWorld;
let plans = 0;
let asked: string[] = [];
const lineAt = (index: number) => `lin_${String(index).padStart(6, '0')}`;

const activities: Partial<Activities> = {
  async planReallocation() {
    plans += 1;
  },
  async listGivers({ after, limit }) {
    const first = after === '' ? 0 : Number(after.slice('lin_'.length)) + 1;
    const page = Array.from({ length: Math.min(limit, LINES - first) }, (_, index) => ({
      ...{ orderId: 'ord_that_has_ended', lineId: lineAt(first + index), takes: [{ location: 'loc-1', units: 1 }] },
    }));
    asked.push(...page.map(({ lineId }) => lineId));
    return page;
  },
  async endReallocation({ runId }) {
    return { runId, gaining: 1, losing: LINES };
  },
};

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.startWorker({ activities });
});
afterAll(() => world.close());
beforeEach(() => {
  plans = 0;
  asked = [];
});

test('a run with very many lines goes on in another history, asks each once, and minds no order that has ended', async () => {
  const runId = newId('rea');
  await startReallocation(world.temporal, { runId }, { taskQueue: world.taskQueue, deadlineMs: 10_000 });
  const handle = world.temporal.client.workflow.getHandle<typeof reallocateStock>(`reallocate-stock-${runId}`);
  expect(await handle.result()).toEqual({ runId, gaining: 1, losing: LINES });
  expect(asked).toEqual(Array.from({ length: LINES }, (_, index) => lineAt(index)));
  // Each history asks for the plan, which is made once: see tests/db/reallocation.test.ts.
  expect(plans).toBe(2);
}, 120_000);

test.each([{ dryRun: 'perhaps' }, { sku: 5 }, { runId: null }, { after: 1 }])(
  'the input %j fails at once, and says why',
  async (input) => {
    const started = world.temporal.client.workflow.execute('reallocateStock', {
      ...{ workflowId: `bad-${world.taskQueue}`, taskQueue: world.taskQueue, args: [input] },
    });
    await expect(started).rejects.toMatchObject({ cause: { message: 'a re-allocation is started through the API' } });
    expect([plans, asked]).toEqual([0, []]);
  },
);
