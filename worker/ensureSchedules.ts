import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import type { Config } from '../runtime/config';
import { parseDuration } from '../runtime/parseDuration';

/** Creates what runs by the clock, or brings it up to date: safe from any number of workers at once. */
export async function ensureSchedules(
  client: Client,
  { TASK_QUEUE: taskQueue, RECONCILE_EVERY }: Pick<Config, 'TASK_QUEUE' | 'RECONCILE_EVERY'>,
): Promise<void> {
  await ensureSchedule(client, {
    id: `sweep-orders-${taskQueue}`,
    ...{ workflowType: 'sweepOrders', taskQueue, everyMs: 60_000 },
    purpose: 'Compares orders on record with running workflows',
  });
  await ensureSchedule(client, {
    id: `reconcile-orders-${taskQueue}`,
    ...{ workflowType: 'reconcileOrders', taskQueue, everyMs: parseDuration(RECONCILE_EVERY) },
    purpose: 'Checks all that must always hold',
  });
}

async function ensureSchedule(
  client: Client,
  given: { id: string; workflowType: string; taskQueue: string; everyMs: number; purpose: string },
): Promise<void> {
  const { id, workflowType, taskQueue, everyMs, purpose } = given;
  const schedule = {
    spec: { intervals: [{ every: everyMs }] },
    action: { type: 'startWorkflow' as const, workflowType, workflowId: id, taskQueue },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' as const },
  };
  try {
    await client.schedule.create({ scheduleId: id, ...schedule, memo: { purpose } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(id).update((previous) => ({ ...schedule, state: previous.state }));
  }
}
