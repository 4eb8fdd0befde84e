import { ApplicationFailure, condition, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../../activities';

/** What is away for longer fails the run, which is begun anew by the clock: each of the two sides must not stop the other. */
const OUTSIDE = { startToCloseTimeout: '1h', heartbeatTimeout: '1m' } as const;
const { pullStock } = proxyActivities<Activities>({
  ...OUTSIDE,
  retry: { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 10 },
  summary: 'Take over levels of the outside system',
});
const { deliverStockEvents } = proxyActivities<Activities>({
  ...OUTSIDE,
  retry: { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 6 },
  summary: 'Tell what became low, out or back',
});
const { noteStockSignals } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // A database that is away for a while makes it wait, not fail; meanwhile no other one begins.
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '1m',
  retry: { maximumInterval: '10s' },
  summary: 'Note what became low, out or back',
});

const QUICK_PULL = '1s';
const BETWEEN_PUSHES = '1m';

export interface StockSyncReport {
  /** Null: there is no source. */
  pulled: Awaited<ReturnType<Activities['pullStock']>>;
  /** Null: there is no sink. */
  delivered: number | null;
}

/**
 * Scheduled: takes over what outside systems say is on hand, and tells them what can be sold. While a long pull goes on, or waits
 * for its source, events go out every minute; the last ones tell what it has changed.
 */
export async function syncStock(): Promise<StockSyncReport> {
  let isPulled = false;
  const pulling = Promise.allSettled([pullStock()]).then(([outcome]) => ((isPulled = true), outcome));
  await condition(() => isPulled, QUICK_PULL);
  const pushed = await Promise.allSettled([pushUntil(() => isPulled)]);
  const pulled = await pulling;
  if (pulled.status === 'rejected') throw failed('pull', pulled.reason);
  const [push] = pushed;
  if (push.status === 'rejected') throw failed('push', push.reason);
  const report = { pulled: pulled.value, delivered: push.value };
  setCurrentDetails(describe(report));
  return report;
}

async function pushUntil(isPulled: () => boolean): Promise<number | null> {
  for (let delivered = 0; ;) {
    const isLast = isPulled();
    if ((await noteStockSignals()) === null) return null;
    delivered += (await deliverStockEvents()) ?? 0;
    if (isLast) return delivered;
    await condition(isPulled, BETWEEN_PUSHES);
  }
}

const failed = (what: 'pull' | 'push', reason: unknown): ApplicationFailure =>
  ApplicationFailure.create({
    type: `stock_${what}_failed`,
    message: `the ${what} of stock failed; the next run begins it anew`,
    nonRetryable: true,
    ...(reason instanceof Error ? { cause: reason } : {}),
  });

function describe({ pulled, delivered }: StockSyncReport): string {
  const levels =
    pulled === null
      ? 'No source of levels'
      : `Levels: ${pulled.read} read, ${pulled.applied} changed, ${pulled.problems} not taken over`;
  return `${levels}. ${delivered === null ? 'Nobody is told' : `Events delivered: ${delivered}`}`;
}
