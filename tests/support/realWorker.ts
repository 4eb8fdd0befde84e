import { resolve } from 'node:path';
import { pino } from 'pino';
import type { ActivityDependencies } from '../../activities';
import { loadConfig } from '../../runtime/config';
import { createDataConverter } from '../../runtime/dataConverter';
import { bundleWorkflows } from '../../worker/bundleWorkflows';
import { startWorker, type RunningWorker } from '../../worker/startWorker';
import { installQuietRuntime } from './installQuietRuntime';
import type { OrderWorld } from './orderWorld';

const BUNDLES = resolve(__dirname, '../../.oms/bundles');

/** A worker as the worker process makes it, on the settings of the world and these. Whoever starts it stops it. */
export async function startRealWorker(
  world: OrderWorld,
  settings: Record<string, string> = {},
  dependencies: Partial<ActivityDependencies> = {},
): Promise<RunningWorker> {
  installQuietRuntime();
  const config = loadConfig({ ...world.env, ...settings });
  const encodeFailures = createDataConverter(config)?.failureConverterPath !== undefined;
  const worker = await startWorker({
    config,
    bundlePath: await bundleWorkflows(BUNDLES, { encodeFailures }),
    dependencies: { ...world.dependencies, ...dependencies },
    log: pino({ level: 'silent' }),
  });
  // Whoever stops it hears of a failure; nobody waits for its end here.
  worker.ended.catch(() => undefined);
  return worker;
}
