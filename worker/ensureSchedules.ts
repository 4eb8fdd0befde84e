import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';

/** Creates what runs by the clock, or brings it up to date: safe from any number of workers at once. */
export async function ensureSchedules(client: Client, taskQueue: string): Promise<void> {
  const scheduleId = `sweep-orders-${taskQueue}`;
  const schedule = {
    spec: { intervals: [{ every: '1m' as const }] },
    action: { type: 'startWorkflow' as const, workflowType: 'sweepOrders', workflowId: scheduleId, taskQueue },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' as const },
  };
  try {
    await client.schedule.create({
      scheduleId,
      ...schedule,
      memo: { purpose: 'Compares orders on record with running workflows' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update((previous) => ({ ...schedule, state: previous.state }));
  }
}
