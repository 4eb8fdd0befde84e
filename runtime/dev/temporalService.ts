import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createConnection } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { pollUntil } from './pollUntil';
import { searchAttributeKinds, type SearchAttribute } from './searchAttributeKinds';
import type { Service } from './service';

/** About three times the orders a second of the defaults. */
const FAST_AND_SAFE = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];

/** Temporal's development server on a file of its own. What it acknowledges survives the end of the process, kill -9 included. */
export function temporalService({
  cli,
  databaseFile,
  port,
  uiPort,
  logFile,
  namespace,
  searchAttributes,
  dynamicConfig = {},
  stopSignal = 'SIGTERM',
}: {
  cli: string;
  /** Without it the server keeps all in memory. */
  databaseFile?: string;
  port: number;
  /** Without it there is no Web UI. */
  uiPort?: number;
  logFile: string;
  namespace: string;
  /** Taken when the file is new; an older file gets what it lacks from `registerNamespaceSettings`. */
  searchAttributes: readonly SearchAttribute[];
  /** Settings of the server itself. */
  dynamicConfig?: Readonly<Record<string, boolean | number>>;
  stopSignal?: NodeJS.Signals;
}): Service {
  const flags = [
    ...['--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile, ...FAST_AND_SAFE]),
    ...['--log-level', 'error', '--namespace', namespace],
    ...Object.entries(dynamicConfig).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
    ...searchAttributes.flatMap(({ name, type }) => [
      '--search-attribute',
      `${name}=${searchAttributeKinds[type].flag}`,
    ]),
  ];
  return {
    name: 'Temporal',
    logFile,
    spawn: () => {
      const log = openSync(logFile, 'a');
      try {
        return spawn(cli, ['server', 'start-dev', ...flags], {
          cwd: dirname(databaseFile ?? logFile),
          env: { ...thrifty(), ...process.env },
          detached: true,
          stdio: ['ignore', log, log],
        });
      } finally {
        closeSync(log);
      }
    },
    waitUntilReady: (_child, signal) => pollUntil(() => accepts(port), { everyMs: 20, signal }),
    readyLimitMs: 60_000,
    stopSignal,
    stopLimitMs: 10_000,
  };
}

/**
 * Settings of the Go runtime, for whom the environment says nothing else: with half of the processors the server spends a
 * quarter less time on looking for work, and with a heap that may grow to three times what is live (300 MB become 440) a fifth
 * less on collecting it. See docs/performance.md.
 */
const thrifty = () => ({ GOMAXPROCS: String(Math.max(1, Math.floor(availableParallelism() / 2))), GOGC: '200' });

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
