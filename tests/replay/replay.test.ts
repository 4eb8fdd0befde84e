import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../../worker/bundleWorkflows';

const FOLDER = join(__dirname, 'histories');
const histories = readdirSync(FOLDER).sort();
const read = (file: string): { events: Record<string, unknown>[] } =>
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as never;

let codePath: string;
beforeAll(async () => {
  codePath = await bundleWorkflows(resolve(__dirname, '../../.oms/bundles'));
});

/** An order that is open during a deployment is replayed by the new code: it must come to the very same commands. */
describe('an order that began under an earlier release', () => {
  test('is covered for every way its life can go', () => {
    for (const story of [
      'delivered',
      'rejected',
      'declined-then-paid',
      'cancelled-awaiting-payment',
      'cancelled-while-authorising',
      'cancelled-booked',
      'held-and-released',
      'asked-for-three-things-at-once',
    ]) {
      expect(histories.some((file) => file.endsWith(`-${story}.json`))).toBe(true);
    }
  });

  test.each(histories)('goes on under this one: %s', async (file) => {
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, read(file));
  });

  test('would be noticed if a step had been swapped', async () => {
    const history = read(histories.find((file) => file.endsWith('-delivered.json')) ?? '');
    for (const event of history.events) {
      const scheduled = event['activityTaskScheduledEventAttributes'] as { activityType: { name: string } } | undefined;
      if (scheduled?.activityType.name === 'bookShipment') scheduled.activityType.name = 'capturePayment';
    }
    await expect(Worker.runReplayHistory({ workflowBundle: { codePath } }, history)).rejects.toMatchObject({
      name: 'DeterminismViolationError',
    });
  });
});
