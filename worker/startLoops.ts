import type { Logger } from 'pino';
import type { Database } from '../db/connection';
import type { Mailer } from '../providers/messaging/port';
import { startOrder } from '../runtime/startOrder';
import type { TemporalConnection } from '../runtime/temporal';
import type { ProviderQueues } from '../workflows/orders/messages';
import type { WorkerMetrics } from './metrics';
import { watchBacklog } from './observe/watchBacklog';
import { reportCarrierEvents } from './loops/reportCarrierEvents';
import { offerStock } from './loops/offerStock';
import { runLoop, type Loop } from './loops/runLoop';
import { sendNotifications } from './loops/sendNotifications';
import { startPendingOrders } from './loops/startPendingOrders';

const START_DEADLINE_MS = 5_000;

/**
 * What runs beside the orders in every worker of theirs: relay, inbox, mails, and the counting of what waits. Safe in any number
 * of processes at once.
 */
export function startLoops(given: {
  database: Database;
  temporal: TemporalConnection;
  mailer: Mailer;
  taskQueue: string;
  queues: ProviderQueues;
  log: Logger;
  metrics: WorkerMetrics;
}): Loop {
  const { database, temporal, mailer, taskQueue, queues, log, metrics } = given;
  const start: Parameters<typeof startPendingOrders>[0]['start'] = (order) =>
    startOrder(temporal, order, { taskQueue, queues, deadlineMs: START_DEADLINE_MS });
  const run = (loop: Pick<Parameters<typeof runLoop>[0], 'name' | 'everyMs' | 'round'>): Loop => {
    metrics.loopRounds.inc({ loop: loop.name, outcome: 'failed' }, 0);
    return runLoop({
      ...loop,
      log,
      onRound: ({ ok, done }) => {
        metrics.loopRounds.inc({ loop: loop.name, outcome: ok ? 'ok' : 'failed' });
        metrics.loopItems.inc({ loop: loop.name }, done);
        if (ok) metrics.loopSuccess.setToCurrentTime({ loop: loop.name });
      },
    });
  };
  const loops = [
    run({
      name: 'start pending orders',
      everyMs: 1_000,
      round: () => startPendingOrders({ database, start }),
    }),
    run({
      name: 'report carrier events',
      everyMs: 1_000,
      round: () => reportCarrierEvents({ database, client: temporal.client }),
    }),
    run({
      name: 'offer stock to backorders',
      everyMs: 2_000,
      round: () => offerStock({ database, client: temporal.client }),
    }),
    run({
      name: 'send notifications',
      everyMs: 300,
      round: () => sendNotifications({ database, mailer, log }),
    }),
    run({ name: 'count what waits', everyMs: 1_000, round: watchBacklog(database, metrics) }),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
