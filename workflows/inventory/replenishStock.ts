import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import { DEMAND_WINDOW_DAYS, type ReplenishStockInput } from './messages';

type Report = Awaited<ReturnType<Activities['replenishStock']>>;

const { replenishStock: replenish } = proxyActivities<Activities>({
  startToCloseTimeout: '2h',
  // A database that is away for a while makes it wait, not fail; meanwhile no other one begins by the clock.
  scheduleToCloseTimeout: '8h',
  heartbeatTimeout: '1m',
  retry: { maximumInterval: '30s' },
  summary: 'Hold stock against the rules of reordering',
});

/** Scheduled every night: what is to be ordered, where and why, as suggestions for a person to decide on. */
export async function replenishStock(input: ReplenishStockInput = {}): Promise<Report> {
  const {
    runId = `rpl_${workflowInfo().runId.replaceAll('-', '')}`,
    windowDays = DEMAND_WINDOW_DAYS,
    requestedBy = 'schedule',
  } = input;
  const report = await replenish({ runId, windowDays, requestedBy });
  setCurrentDetails(`Looked at ${report.rules} rules, suggested ${report.suggestions} orders`);
  return report;
}
