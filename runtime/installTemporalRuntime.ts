import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
type Level = keyof typeof LEVELS;

/**
 * Everything Temporal's SDK says, its native core included, goes to our logger. Call it once, before any connection or worker.
 * `metricsAddress`: host:port on which the core serves its own metrics to Prometheus.
 * @throws when that port is taken.
 */
export function installTemporalRuntime(logger: Logger, { metricsAddress }: { metricsAddress?: string } = {}): void {
  const log = (level: Level, message: string, meta: object = {}) => logger[LEVELS[level]](meta, message);
  Runtime.install({
    logger: {
      log,
      trace: (message, meta) => log('TRACE', message, meta),
      debug: (message, meta) => log('DEBUG', message, meta),
      info: (message, meta) => log('INFO', message, meta),
      warn: (message, meta) => log('WARN', message, meta),
      error: (message, meta) => log('ERROR', message, meta),
    },
    // The SDK would stop its workers on the first signal by itself, out of our order of closing.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsAddress !== undefined && {
        metrics: {
          // Base units, and `_total` and `_seconds` in the names, as ours have it.
          prometheus: {
            bindAddress: metricsAddress,
            countersTotalSuffix: true,
            unitSuffix: true,
            useSecondsForDurations: true,
          },
        },
      }),
    },
  });
}
