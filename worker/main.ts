import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../db/connection';
import { createSandboxCarrier } from '../providers/carriers/sandboxCarrier';
import { createSmtpMailer } from '../providers/messaging/smtpMailer';
import { createSandboxGateway } from '../providers/payments/sandboxGateway';
import { loadConfig } from '../runtime/config';
import { installTemporalLogger } from '../runtime/installTemporalLogger';
import { createLogger } from '../runtime/logger';
import { serveHealth } from '../runtime/serveHealth';
import { onShutdown } from '../runtime/shutdown';
import { startOrder } from '../runtime/startOrder';
import { connectTemporal } from '../runtime/temporal';
import { bundleWorkflows } from './bundleWorkflows';
import { createOrderEngine } from './createOrderEngine';
import { ensureSchedules } from './ensureSchedules';
import { reportCarrierEvents } from './loops/reportCarrierEvents';
import { runLoop } from './loops/runLoop';
import { sendNotifications } from './loops/sendNotifications';
import { startPendingOrders } from './loops/startPendingOrders';
import { startWorker, type RunningWorker } from './startWorker';

/** Where everything of a worker process is put together. Any number of them may run; none keeps state. */
async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger({ name: 'worker', level: config.LOG_LEVEL });
  installTemporalLogger(log);
  const database = connectDatabase({ url: config.DATABASE_URL, poolSize: config.DATABASE_POOL, name: 'oms-worker' });
  const temporal = connectTemporal(config);
  const gateway = createSandboxGateway({ url: config.PAYMENT_GATEWAY_URL, key: config.PAYMENT_GATEWAY_KEY });
  const carrier = createSandboxCarrier({
    url: config.CARRIER_URL,
    key: config.CARRIER_KEY,
    webhookSecret: config.CARRIER_WEBHOOK_SECRET,
  });
  const mailer = createSmtpMailer({ url: config.SMTP_URL, from: config.MAIL_FROM });
  const engine = createOrderEngine(temporal, config.TASK_QUEUE);

  let worker: RunningWorker | undefined = undefined as RunningWorker | undefined;
  let stopping = false;
  const health = await serveHealth({
    host: config.API_HOST,
    port: config.WORKER_PORT,
    isReady: () => worker?.isRunning() ?? false,
  });
  const loops = [
    runLoop({
      name: 'start pending orders',
      everyMs: 1_000,
      log,
      round: () => startPendingOrders({ database, start: startRecorded }),
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
  const stop = onShutdown({
    logger: log,
    closers: [
      {
        name: 'loops',
        limitMs: 10_000,
        close: () => ((stopping = true), Promise.all(loops.map((loop) => loop.stop()))),
      },
      { name: 'worker', limitMs: 38_000, close: () => worker?.stop() },
      { name: 'health', limitMs: 1_000, close: () => health.close() },
      { name: 'mail', limitMs: 1_000, close: () => mailer.close() },
      { name: 'temporal', limitMs: 2_000, close: () => temporal.close() },
      { name: 'database', limitMs: 5_000, close: () => database.destroy() },
    ],
  });

  const bundlePath =
    config.WORKFLOW_BUNDLE ?? (await bundleWorkflows(join(process.env['OMS_HOME'] ?? '.oms', 'bundles')));
  worker = await untilConnected(() =>
    startWorker({ config, bundlePath, dependencies: { database, gateway, carrier, engine }, log }),
  );
  await untilConnected(() => ensureSchedules(temporal.client, config.TASK_QUEUE));
  process.send?.({ type: 'ready', url: health.url });
  log.info({ taskQueue: config.TASK_QUEUE, health: health.url }, 'worker runs');
  await worker.ended.catch((error: unknown) => {
    log.fatal({ err: error }, 'the worker died');
    return stop('the worker died', 1);
  });

  function startRecorded(order: Parameters<typeof startOrder>[1]): Promise<void> {
    return startOrder(temporal, order, { taskQueue: config.TASK_QUEUE, deadlineMs: 5_000 });
  }

  /** Temporal may come later than its workers: they wait for it, and say so once. */
  async function untilConnected<T>(attempt: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (stopping) throw error;
        if (failures === 0)
          log.warn({ err: error, address: config.TEMPORAL_ADDRESS }, 'Temporal is away, waiting for it');
        await sleep(Math.min(200 * 2 ** failures, 5_000));
      }
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
