import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../db/connection';
import { readPool } from '../db/readPool';
import { createSandboxCarrier } from '../providers/carriers/sandboxCarrier';
import { createSmtpMailer } from '../providers/messaging/smtpMailer';
import { createSandboxGateway } from '../providers/payments/sandboxGateway';
import { loadConfig } from '../runtime/config';
import { installTemporalRuntime } from '../runtime/installTemporalRuntime';
import { createLogger } from '../runtime/logger';
import { createPoolMetrics, registry } from '../runtime/metrics';
import { orderQueues } from '../runtime/orderQueues';
import { planQueues } from '../runtime/planQueues';
import { serveHealth } from '../runtime/serveHealth';
import { serveMetrics } from '../runtime/serveMetrics';
import { onShutdown } from '../runtime/shutdown';
import { connectTemporal } from '../runtime/temporal';
import { createOrderEngine } from './createOrderEngine';
import { createReconciler } from './createReconciler';
import { ensureSchedules } from './ensureSchedules';
import { findBundle } from './findBundle';
import { createStockPorts } from './createStockPorts';
import { createWorkerMetrics } from './metrics';
import { observeCarrier, observeGateway, observeMailer } from './observe/observeProviders';
import { observeSweeps } from './observe/observeSweeps';
import { observeTransitions } from './observe/observeTransitions';
import { startLoops } from './startLoops';
import { startWorker, type RunningWorker } from './startWorker';

/** Where everything of a worker process is put together. Any number of them may run; none keeps state. */
async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger({ name: 'worker', level: config.LOG_LEVEL });
  const { METRICS_HOST: metricsHost, METRICS_PORT: metricsPort, TEMPORAL_METRICS_PORT: sdkPort } = config;
  installTemporalRuntime(log, sdkPort === undefined ? {} : { metricsAddress: `${metricsHost}:${sdkPort}` });
  const metrics = createWorkerMetrics(registry);
  const database = connectDatabase({ url: config.DATABASE_URL, poolSize: config.DATABASE_POOL, name: 'oms-worker' });
  const temporal = connectTemporal(config);
  createPoolMetrics(registry, () => readPool(database));
  observeTransitions(metrics);
  const gateway = observeGateway(
    createSandboxGateway({ url: config.PAYMENT_GATEWAY_URL, key: config.PAYMENT_GATEWAY_KEY }),
    metrics,
  );
  const carrier = observeCarrier(
    createSandboxCarrier({
      url: config.CARRIER_URL,
      key: config.CARRIER_KEY,
      webhookSecret: config.CARRIER_WEBHOOK_SECRET,
    }),
    metrics,
  );
  const { stockSource, stockSink } = createStockPorts(config, metrics);
  const mailer = observeMailer(createSmtpMailer({ url: config.SMTP_URL, from: config.MAIL_FROM }), metrics);
  const { taskQueue, queues } = orderQueues(config);
  const engine = createOrderEngine(temporal, taskQueue, queues);
  const reconciler = createReconciler({ config, temporal, log, metrics });
  const served = planQueues(config);
  const servesOrders = served.some(({ runsWorkflows }) => runsWorkflows);

  let worker: RunningWorker | undefined = undefined as RunningWorker | undefined;
  let stopping = false;
  const health = await serveHealth({
    host: config.API_HOST,
    port: config.WORKER_PORT,
    isReady: () => worker?.isRunning() ?? false,
  });
  const exporter =
    metricsPort === undefined ? undefined : await serveMetrics(registry, { host: metricsHost, port: metricsPort });
  const loops = servesOrders ? startLoops({ database, temporal, mailer, taskQueue, queues, log, metrics }) : undefined;
  const stop = onShutdown({
    logger: log,
    closers: [
      {
        name: 'loops',
        limitMs: 10_000,
        close: () => ((stopping = true), loops?.stop()),
      },
      { name: 'worker', limitMs: 38_000, close: () => worker?.stop() },
      { name: 'health', limitMs: 1_000, close: () => health.close() },
      { name: 'metrics', limitMs: 1_000, close: () => exporter?.close() },
      { name: 'mail', limitMs: 1_000, close: () => mailer.close() },
      { name: 'temporal', limitMs: 2_000, close: () => temporal.close() },
      { name: 'database', limitMs: 5_000, close: () => database.destroy() },
    ],
  });

  const bundlePath = await findBundle(config);
  worker = await untilConnected(() =>
    startWorker({
      ...{ config, bundlePath, log },
      dependencies: { database, gateway, carrier, engine, reconciler, stockSource, stockSink },
      observe: (activities) => ({ ...activities, sweepOrders: observeSweeps(() => activities.sweepOrders(), metrics) }),
    }),
  );
  if (servesOrders) await untilConnected(() => ensureSchedules(temporal.client, config));
  process.send?.({ type: 'ready', url: health.url });
  log.info(
    { queues: served.map((queue) => queue.taskQueue), health: health.url, metrics: exporter?.url },
    'worker runs',
  );
  await worker.ended.catch((error: unknown) => {
    log.fatal({ err: error }, 'the worker died');
    return stop('the worker died', 1);
  });

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
