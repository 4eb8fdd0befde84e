import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../../activities';

type Report = Awaited<ReturnType<Activities['reconcileOrders']>>;

const { reconcileOrders: reconcile } = proxyActivities<Activities>({
  startToCloseTimeout: '1h',
  // A database that is away for a while makes it wait, not fail; meanwhile no other one begins.
  scheduleToCloseTimeout: '2h',
  heartbeatTimeout: '1m',
  retry: { maximumInterval: '1m' },
  summary: 'Check all that must always hold',
});

/** Scheduled every hour: whatever went wrong without anybody noticing comes to light, and stops the order that it went wrong with. */
export async function reconcileOrders(): Promise<Report> {
  const report = await reconcile();
  setCurrentDetails(describe(report));
  return report;
}

function describe({ checked, broken, stopped, unreadable }: Report): string {
  const rows = Object.entries(checked).map(([name, count]) => `| ${name} | ${count} | ${broken[name] ?? 0} |`);
  const table = ['| Invariant | Checked | Broken |', '|---|--:|--:|', ...rows].join('\n');
  const unread = Object.entries(unreadable).map(([name, why]) => `- ${name} could not be read: ${why}`);
  return [`Orders that need attention now: ${stopped.length}`, ...unread, '', table].join('\n');
}
