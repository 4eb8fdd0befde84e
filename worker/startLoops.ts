import type { Logger } from 'pino';
import type { Database } from '../db/connection';
import type { Mailer } from '../providers/messaging/port';
import { startOrder } from '../runtime/startOrder';
import type { TemporalConnection } from '../runtime/temporal';
import type { ProviderQueues } from '../workflows/orders/messages';
import { reportCarrierEvents } from './loops/reportCarrierEvents';
import { runLoop, type Loop } from './loops/runLoop';
import { sendNotifications } from './loops/sendNotifications';
import { startPendingOrders } from './loops/startPendingOrders';

const START_DEADLINE_MS = 5_000;

/** What runs beside the orders in every worker of theirs: relay, inbox and mails. Safe in any number of processes at once. */
export function startLoops(given: {
  database: Database;
  temporal: TemporalConnection;
  mailer: Mailer;
  taskQueue: string;
  queues: ProviderQueues;
  log: Logger;
}): Loop {
  const { database, temporal, mailer, taskQueue, queues, log } = given;
  const start: Parameters<typeof startPendingOrders>[0]['start'] = (order) =>
    startOrder(temporal, order, { taskQueue, queues, deadlineMs: START_DEADLINE_MS });
  const loops = [
    runLoop({
      name: 'start pending orders',
      everyMs: 1_000,
      log,
      round: () => startPendingOrders({ database, start }),
    }),
    runLoop({
      name: 'report carrier events',
      everyMs: 1_000,
      log,
      round: () => reportCarrierEvents({ database, client: temporal.client }),
    }),
    runLoop({
      name: 'send notifications',
      everyMs: 300,
      log,
      round: () => sendNotifications({ database, mailer, log }),
    }),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
