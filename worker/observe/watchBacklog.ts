import type { Database } from '../../db/connection';
import { readBacklog, readOpenOrders } from '../../db/readBacklog';
import type { WorkerMetrics } from '../metrics';

type Metrics = Pick<
  WorkerMetrics,
  'openOrders' | 'overdueOrders' | 'oldestOrder' | 'latestOrder' | 'backlog' | 'backlogAge' | 'backlogRead'
>;

const EVERY_MS = 15_000;
/** Counting takes a hundredth of the time of one connection: the more orders are open, the more seldom they are counted. */
const REST = 100;
const MOST_SELDOM_MS = 120_000;

/**
 * A round counts open orders and backlogs, if it is time to. Every worker counts all of them, so that any of them may be gone.
 * While they can't be counted nothing is told of them, rather than what was right once.
 */
export function watchBacklog(
  database: Database,
  metrics: Metrics,
  everyMs: number = EVERY_MS,
): () => Promise<{ more: false }> {
  let nextAt = 0;
  let isFirst = true;
  return async () => {
    const startedAt = performance.now();
    if (startedAt < nextAt) return { more: false };
    try {
      const [orders, backlog] = [await readOpenOrders(database), await readBacklog(database)];
      forget(metrics);
      for (const { status, waitingFor, ...counted } of orders) {
        const labels = { status, waiting_for: waitingFor };
        metrics.openOrders.set(labels, counted.orders);
        metrics.overdueOrders.set(labels, counted.overdue);
        metrics.oldestOrder.set(labels, counted.oldestSeconds);
        metrics.latestOrder.set(labels, counted.lateSeconds);
      }
      for (const { queue, items, oldestSeconds } of backlog) {
        metrics.backlog.set({ queue }, items);
        metrics.backlogAge.set({ queue }, oldestSeconds);
      }
    } catch (error) {
      forget(metrics);
      throw error;
    }
    const tookMs = performance.now() - startedAt;
    metrics.backlogRead.set(tookMs / 1000);
    // The first time is that of a process which is starting, and of a connection.
    const restMs = isFirst ? 0 : Math.min(tookMs * REST, MOST_SELDOM_MS);
    isFirst = false;
    nextAt = performance.now() + Math.max(everyMs, restMs);
    return { more: false };
  };
}

function forget(metrics: Metrics): void {
  const { openOrders, overdueOrders, oldestOrder, latestOrder, backlog, backlogAge } = metrics;
  for (const gauge of [openOrders, overdueOrders, oldestOrder, latestOrder, backlog, backlogAge]) gauge.reset();
}
