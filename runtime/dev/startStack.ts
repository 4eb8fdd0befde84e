import { join } from 'node:path';
import { childEnvironment } from './childEnvironment';
import type { Layers } from './createLayers';
import type { Terminal } from './createTerminal';
import type { Keys } from './loadKeys';
import { metricsPorts } from './metricsPorts';
import { nodeService } from './nodeService';
import { openLog } from './openLog';
import { pickPorts } from './pickPorts';
import { quietRepeats } from './quietRepeats';
import type { Settings } from './readSettings';
import { writeRunFile, type RunFile } from './runFile';
import { startDatabase } from './startDatabase';
import { startTemporal } from './startTemporal';

/** What a worker in the middle of an activity may need to finish it. */
const DRAIN_LIMIT_MS = 40_000;
const SANDBOX_STOP_LIMIT_MS = 10_000;
/** Where the Web UI of somebody else's Temporal is when they don't say. */
const USUAL_TEMPORAL_UI = 'http://127.0.0.1:8233';

/** Brings everything up, as much of it at once as the dependencies allow, and writes run.json when all of it answers. */
export async function startStack({
  settings,
  keys,
  terminal,
  layers,
}: {
  settings: Settings;
  keys: Keys;
  terminal: Terminal;
  layers: Layers;
}): Promise<RunFile> {
  const ports = await pickPorts(settings);
  const logs = join(settings.home, 'logs');
  const isOurTemporal = settings.TEMPORAL_ADDRESS === undefined;
  const temporalAddress = settings.TEMPORAL_ADDRESS ?? `127.0.0.1:${ports.temporal}`;
  const temporalUi =
    settings.TEMPORAL_UI_URL ?? (isOurTemporal ? `http://127.0.0.1:${ports.temporalUi}` : USUAL_TEMPORAL_UI);
  const api = `http://127.0.0.1:${ports.api}`;
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;

  const own = { api: settings.OMS_API_ENV, worker: settings.OMS_WORKER_ENV, sandbox: settings.OMS_SANDBOX_ENV };
  /** `place`: 0 for what there is one of, 1 for the first worker. */
  const describe = (name: string, part: keyof typeof own, databaseUrl: string, place = 0) => ({
    name,
    entry: `${part}/main.ts`,
    root: settings.root,
    env: childEnvironment({
      ...{ env: process.env, settings, ports, databaseUrl, temporalAddress, temporalUi },
      own: { ...metricsPorts(process.env, place), ...own[part] },
    }),
    logFile: openLog(logs, name),
    onError: quietRepeats((message) => layers.isStopping() || terminal.warn(`${name}: ${message}`)),
  });

  const common = { settings, terminal, layers, logs };
  const [databaseUrl] = await Promise.all([
    startDatabase({ ...common, keys, port: ports.postgres }),
    startTemporal({ ...common, address: temporalAddress, port: ports.temporal, uiPort: ports.temporalUi }),
    startSandbox(),
  ]);

  async function startSandbox(): Promise<void> {
    const done = terminal.step();
    const service = describe('sandbox', 'sandbox', '');
    const readyUrl = `${sandbox}/healthz`;
    await layers.supervise('sandbox', nodeService({ ...service, readyUrl, stopLimitMs: SANDBOX_STOP_LIMIT_MS })).ready;
    done('Sandbox (payment gateway, carrier, mail) ready');
  }

  const workers = Array.from({ length: settings.OMS_WORKERS }, (_, place) =>
    place === 0 ? 'worker' : `worker-${place + 1}`,
  );
  let isUp = false;
  const writeDown = (): RunFile => {
    const pids = supervisedWorkers.flatMap((worker) => worker.pid() ?? []);
    const content = {
      ...{ pid: process.pid, api, temporalAddress, temporalUi, databaseUrl, sandbox },
      workers: pids.map((pid) => ({ pid })),
      keys,
    };
    if (!layers.isStopping()) writeRunFile(settings.home, content);
    return content;
  };
  const onChange = () => {
    if (isUp) writeDown();
  };
  const done = terminal.step();
  const apiService = nodeService({
    ...describe('api', 'api', databaseUrl),
    readyUrl: `${api}/readyz`,
    stopLimitMs: DRAIN_LIMIT_MS,
  });
  const supervisedApi = layers.supervise('front', apiService, onChange);
  const supervisedWorkers = workers.map((name, index) =>
    layers.supervise(
      'front',
      nodeService({ ...describe(name, 'worker', databaseUrl, index + 1), stopLimitMs: DRAIN_LIMIT_MS }),
      onChange,
    ),
  );
  await Promise.all([supervisedApi, ...supervisedWorkers].map(({ ready }) => ready));
  done(`API and ${workers.length === 1 ? 'worker' : `${workers.length} workers`} ready`);
  isUp = true;
  return writeDown();
}
