import { ApplicationFailure } from '@temporalio/activity';
import type { Activities } from '../../activities';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
let failures = 0;

/** Postgres that is not there for the first attempts, and then is. */
const FAILING_ATTEMPTS = 3;
async function databaseIsAway(): Promise<void> {
  if (failures >= FAILING_ATTEMPTS) return;
  failures += 1;
  throw ApplicationFailure.retryable('connect ECONNREFUSED', 'ECONNREFUSED');
}

const activities: Partial<Activities> = {
  async sweepOrders() {
    await databaseIsAway();
    return { started: 0, restarted: 0, held: 0, keysForgotten: 0, reservationsExpired: 0, unitsExpired: 0 };
  },
  async reconcileOrders() {
    await databaseIsAway();
    return { checked: { money: 1 }, broken: {}, unreadable: {}, stopped: [], others: [] };
  },
};

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.startWorker({ activities });
});
afterAll(() => world.close());
beforeEach(() => void (failures = 0));

describe('what runs by the clock', () => {
  test.each(['sweepOrders', 'reconcileOrders'])(
    'waits for a database that is away, and does its work then: %s',
    async (workflow) => {
      const { client } = world.temporal;
      const workflowId = `${workflow}-${world.taskQueue}`;
      await expect(
        client.workflow.execute(workflow, { workflowId, taskQueue: world.taskQueue }),
      ).resolves.toBeDefined();
      expect(failures).toBe(FAILING_ATTEMPTS);
    },
    60_000,
  );
});
