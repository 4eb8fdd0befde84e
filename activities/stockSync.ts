import { activityInfo, heartbeat } from '@temporalio/activity';
import type { Database } from '../db/connection';
import { applyLevels, type SyncCounts } from '../db/inventory/sync/applyLevels';
import { listSellingChannels, noteSignals } from '../db/inventory/sync/noteSignals';
import { listUndelivered, markDelivered, purgeStockEvents } from '../db/inventory/sync/stockEvents';
import type { StockSink, StockSource } from '../providers/inventory/port';

interface PullProgress {
  cursor: string | null;
  counts: SyncCounts;
}

const NOTHING: SyncCounts = { read: 0, applied: 0, unchanged: 0, stale: 0, problems: 0 };
const ITEMS_AT_ONCE = 500;
const EVENTS_AT_ONCE = 100;

export function createStockSyncActivities({
  database,
  stockSource,
  stockSink,
}: {
  database: Database;
  /** Without it nothing is pulled. */
  stockSource?: StockSource | undefined;
  /** Without it nothing is signalled. */
  stockSink?: StockSink | undefined;
}) {
  return {
    /** Takes over all levels of the outside system, page by page; after a failure it goes on with the page that failed. */
    async pullStock(): Promise<SyncCounts | null> {
      if (stockSource === undefined) return null;
      const info = activityInfo();
      const document = `sync-${info.workflowExecution?.runId ?? 'unknown'}`;
      let progress = (info.heartbeatDetails as PullProgress | undefined) ?? { cursor: null, counts: NOTHING };
      for (;;) {
        const { levels, nextCursor } = await stockSource.readLevels(progress.cursor);
        const counts = addCounts(progress.counts, await applyLevels(database, levels, document));
        if (nextCursor === null) return counts;
        if (nextCursor === progress.cursor) throw new Error('the stock source gives the same page again and again');
        progress = { cursor: nextCursor, counts };
        heartbeat(progress);
      }
    },

    /** Notes which items have become low, out or back for which channel. @returns how many; null where nobody is told. */
    async noteStockSignals(): Promise<number | null> {
      if (stockSink === undefined) return null;
      let crossings = 0;
      for (const channel of await listSellingChannels(database)) {
        for (let after: string | null = ''; after !== null;) {
          const page: Awaited<ReturnType<typeof noteSignals>> = await noteSignals(database, {
            ...{ channel, after, limit: ITEMS_AT_ONCE },
          });
          crossings += page.crossings;
          after = page.last;
          heartbeat();
        }
      }
      return crossings;
    },

    /** Delivers what was noted, in order, each at least once: the next one goes out when the one before it was taken. */
    async deliverStockEvents(): Promise<number | null> {
      if (stockSink === undefined) return null;
      let delivered = 0;
      for (;;) {
        const events = await listUndelivered(database, EVENTS_AT_ONCE);
        for (const { at, ...event } of events) {
          await stockSink.send({ ...event, at: at.toISOString() });
          await markDelivered(database, event.id);
          delivered += 1;
          heartbeat();
        }
        if (events.length < EVENTS_AT_ONCE) break;
      }
      await purgeStockEvents(database);
      return delivered;
    },
  };
}

const addCounts = (a: SyncCounts, b: SyncCounts): SyncCounts => ({
  read: a.read + b.read,
  applied: a.applied + b.applied,
  unchanged: a.unchanged + b.unchanged,
  stale: a.stale + b.stale,
  problems: a.problems + b.problems,
});
