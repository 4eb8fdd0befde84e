import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleSpec,
} from '@temporalio/client';
import type { Config } from '../runtime/settings';
import { parseDuration } from '../runtime/parseDuration';

/** Creates what runs by the clock, or brings it up to date: safe from any number of workers at once. */
export async function ensureSchedules(
  client: Client,
  config: Pick<Config, 'TASK_QUEUE' | 'RECONCILE_EVERY' | 'REPLENISH_AT'> &
    Partial<Pick<Config, 'REALLOCATE_EVERY' | 'STOCK_SOURCE_URL' | 'STOCK_SINK_URL' | 'STOCK_SYNC_EVERY'>>,
): Promise<void> {
  const { TASK_QUEUE: taskQueue, RECONCILE_EVERY, REPLENISH_AT, STOCK_SYNC_EVERY = '1m' } = config;
  await ensureSchedule(client, {
    id: `sweep-orders-${taskQueue}`,
    ...{ workflowType: 'sweepOrders', taskQueue, spec: every(60_000) },
    purpose: 'Compares orders on record with running workflows',
  });
  await ensureSchedule(client, {
    id: `reconcile-orders-${taskQueue}`,
    ...{ workflowType: 'reconcileOrders', taskQueue, spec: every(parseDuration(RECONCILE_EVERY)) },
    purpose: 'Checks all that must always hold',
  });
  await ensureSchedule(client, {
    id: `replenish-stock-${taskQueue}`,
    ...{ workflowType: 'replenishStock', taskQueue, spec: daily(REPLENISH_AT), catchupWindow: '12h' as const },
    purpose: 'Suggests what is to be ordered',
  });
  const reallocateStock = `reallocate-stock-${taskQueue}`;
  if (config.REALLOCATE_EVERY === undefined) await endSchedule(client, reallocateStock);
  else
    await ensureSchedule(client, {
      id: reallocateStock,
      ...{ workflowType: 'reallocateStock', taskQueue, spec: every(parseDuration(config.REALLOCATE_EVERY)) },
      purpose: 'Takes units from orders that may lose, for those that go before',
    });
  const syncStock = `sync-stock-${taskQueue}`;
  if (config.STOCK_SOURCE_URL === undefined && config.STOCK_SINK_URL === undefined)
    await endSchedule(client, syncStock);
  else
    await ensureSchedule(client, {
      id: syncStock,
      ...{ workflowType: 'syncStock', taskQueue, spec: every(parseDuration(STOCK_SYNC_EVERY)) },
      purpose: 'Exchanges stock with outside inventory systems',
    });
}

const every = (ms: number): ScheduleSpec => ({ intervals: [{ every: ms }] });

/** At a time of day such as 03:00, UTC. */
function daily(at: string): ScheduleSpec {
  const [hour, minute] = at.split(':').map(Number);
  return { calendars: [{ hour: hour ?? 0, minute: minute ?? 0 }] };
}

interface Planned {
  id: string;
  workflowType: string;
  taskQueue: string;
  spec: ScheduleSpec;
  /** How late a run may still begin that fell into an outage of Temporal. */
  catchupWindow?: '1m' | '12h';
  purpose: string;
}

async function ensureSchedule(client: Client, given: Planned): Promise<void> {
  const { id, workflowType, taskQueue, spec, catchupWindow = '1m', purpose } = given;
  const schedule = {
    spec,
    action: { type: 'startWorkflow' as const, workflowType, workflowId: id, taskQueue },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
  };
  try {
    await client.schedule.create({ scheduleId: id, ...schedule, memo: { purpose } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(id).update((previous) => ({ ...schedule, state: previous.state }));
  }
}

/** What was switched on before, and is off now. */
async function endSchedule(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
