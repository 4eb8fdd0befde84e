import { activityInfo, heartbeat } from '@temporalio/activity';
import { holdId } from '../domain/ids';
import type { Database } from '../db/connection';
import { purgeIdempotencyKeys } from '../db/idempotency';
import { findExpiredLevels, holdExpired } from '../db/inventory/holdExpired';
import { expireReservation, findOverdueReservations } from '../db/inventory/reservations';
import { changeOrder } from '../db/orders/changeOrder';
import { countHolds, insertHold } from '../db/orders/holdRows';
import {
  findOpenOrders,
  findUnstartedOrders,
  markStarted,
  readOrderToStart,
  type OrderToStartRow,
} from '../db/orders/ordersToStart';

/** What the sweeper has to know of the workflows behind the orders. */
export interface OrderEngine {
  /** Ids of all orders whose workflow runs, by the server's index: it may lag some seconds behind. */
  listRunning(): Promise<Set<string>>;
  /** How the order's workflow stands, for certain. `ended`: in words, how (terminated, failed, …). */
  inspect(orderId: string): Promise<{ state: 'running' } | { state: 'missing' } | { state: 'ended'; how: string }>;
  start(order: OrderToStartRow, options: { again: boolean }): Promise<void>;
}

export interface SweepReport {
  started: number;
  restarted: number;
  held: number;
  keysForgotten: number;
  /** Reservations that were past their time, and that nobody had ended. */
  reservationsExpired: number;
  /** Units of lots that have expired, held back now. */
  unitsExpired: number;
}

const PAGE = 500;
/** Younger orders are still in the hands of the API; the index of the server lags less than this. */
const QUIET_MS = 60_000;

/** Compares the orders on record with the workflows that run, and mends what one side has and the other has not. */
export function createSweepActivities({
  database,
  engine,
  quietMs = QUIET_MS,
}: {
  database: Database;
  engine: OrderEngine;
  quietMs?: number;
}) {
  const mend = async (orderId: string): Promise<'fine' | 'restarted' | 'held'> => {
    const found = await engine.inspect(orderId);
    if (found.state === 'running') return 'fine';
    const order = await readOrderToStart(database, orderId);
    if (order === undefined) return 'fine';
    const how = found.state === 'ended' ? found.how : 'missing';
    if (found.state === 'ended') await holdForReview(orderId, how);
    await engine.start(order, { again: true });
    return found.state === 'ended' ? 'held' : 'restarted';
  };

  /** Somebody ended the workflow, or it failed: it takes up where it was, and waits for a person before the next step. */
  const holdForReview = (orderId: string, how: string) =>
    changeOrder(database, orderId, async (transaction) => {
      const id = holdId(orderId, (await countHolds(transaction, orderId)).ever + 1);
      const reason = `its workflow was ${how} while the order was open; release to go on, or cancel the order`;
      const requestId = `sweep:${activityInfo().workflowExecution?.runId ?? 'unknown'}`;
      const added = await insertHold(transaction, {
        id,
        orderId,
        type: 'operator',
        reason,
        requestId,
        actor: 'sweeper',
      });
      return added ? { events: [{ type: 'workflow.lost', actor: 'sweeper', data: { how, holdId: id } }] } : null;
    });

  return {
    async sweepOrders(): Promise<SweepReport> {
      const report: SweepReport = {
        ...{ started: 0, restarted: 0, held: 0, keysForgotten: 0 },
        ...{ reservationsExpired: 0, unitsExpired: 0 },
      };
      const unstarted = await findUnstartedOrders(database, { olderThanMs: quietMs, limit: PAGE });
      for (const order of unstarted) {
        await engine.start(order, { again: false });
        await markStarted(database, [order.orderId]);
        report.started += 1;
        heartbeat(report);
      }
      const running = await engine.listRunning();
      for (let afterId = ''; ;) {
        const page = await findOpenOrders(database, { afterId, quietMs, limit: PAGE });
        for (const orderId of page.filter((id) => !running.has(id))) {
          const result = await mend(orderId);
          if (result !== 'fine') report[result] += 1;
          heartbeat(report);
        }
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) break;
        afterId = last;
      }
      for (const id of await findOverdueReservations(database, PAGE)) {
        if ((await expireReservation(database, id)) === null) report.reservationsExpired += 1;
        heartbeat(report);
      }
      for (const level of await findExpiredLevels(database, PAGE)) {
        report.unitsExpired += await holdExpired(database, level);
        heartbeat(report);
      }
      report.keysForgotten = await purgeIdempotencyKeys(database);
      return report;
    },
  };
}
