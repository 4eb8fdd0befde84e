import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../../activities';

type Report = Awaited<ReturnType<Activities['sweepOrders']>>;

const { sweepOrders: sweep } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // A database that is away for a while makes it wait, not fail; meanwhile no other one begins.
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '1m',
  retry: { maximumInterval: '10s' },
  summary: 'Compare orders on record with running workflows',
});

/** Scheduled every minute: no order is without its workflow for long, whatever was lost or ended by hand. */
export async function sweepOrders(): Promise<Report> {
  const report = await sweep();
  setCurrentDetails(`Started ${report.started}, restarted ${report.restarted}, held for review ${report.held}`);
  return report;
}
