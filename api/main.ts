import { setTimeout as sleep } from 'node:timers/promises';
import { listChannels } from '../db/apiKeys';
import { connectDatabase } from '../db/connection';
import { readPool } from '../db/readPool';
import { createSandboxCarrier } from '../providers/carriers/sandboxCarrier';
import { loadConfig } from '../runtime/config';
import { createLogger } from '../runtime/logger';
import { createPoolMetrics, registry } from '../runtime/metrics';
import { serveMetrics } from '../runtime/serveMetrics';
import { onShutdown } from '../runtime/shutdown';
import { connectTemporal } from '../runtime/temporal';
import { listen } from './listen';
import { beginWithChannels, createApiMetrics } from './metrics';
import { createApi } from './server';

/** Load balancers need a moment to notice that the process is not ready any more; on a laptop there is none. */
const NOTICE_MS = { production: 3_000, development: 100, test: 0 } as const;

/** The api process. */
async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger({ name: 'api', level: config.LOG_LEVEL });
  const database = connectDatabase({ url: config.DATABASE_URL, poolSize: config.DATABASE_POOL, name: 'oms-api' });
  const temporal = connectTemporal(config);
  const { CARRIER_URL: url, CARRIER_KEY: key, CARRIER_WEBHOOK_SECRET: webhookSecret } = config;
  const carriers = { sandbox: createSandboxCarrier({ url, key, webhookSecret }) };
  const metrics = createApiMetrics(registry);
  const api = createApi({ database, temporal, config, log, carriers, metrics });
  createPoolMetrics(registry, () => readPool(database));
  const { METRICS_HOST: metricsHost, METRICS_PORT: metricsPort } = config;
  const exporter =
    metricsPort === undefined ? undefined : await serveMetrics(registry, { host: metricsHost, port: metricsPort });
  const server = await listen(api, { host: config.API_HOST, port: config.API_PORT });

  const drain = async () => {
    api.drain();
    await sleep(NOTICE_MS[config.NODE_ENV]);
  };
  const stop = onShutdown({
    logger: log,
    closers: [
      { name: 'readiness', close: drain, limitMs: 5_000 },
      { name: 'server', close: () => server.close(), limitMs: 10_000 },
      { name: 'metrics', close: () => exporter?.close(), limitMs: 1_000 },
      { name: 'Temporal', close: () => temporal.close(), limitMs: 2_000 },
      { name: 'database', close: () => database.destroy(), limitMs: 5_000 },
    ],
  });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a fault that nothing has caught');
    void stop('a fault that nothing has caught', 1);
  });

  log.info({ url: server.url, metrics: exporter?.url }, 'listening');
  process.send?.({ type: 'ready', url: server.url });
  listChannels(database).then(
    (channels) => beginWithChannels(metrics, channels),
    (error: unknown) => log.warn({ err: error }, 'submissions are counted from the first one of a channel on'),
  );
}

main().catch((error: unknown) => {
  createLogger({ name: 'api', level: 'info' }).fatal(
    error instanceof Error ? error.message : 'the api could not start',
  );
  process.exitCode = 1;
});
