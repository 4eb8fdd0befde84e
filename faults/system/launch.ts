import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessList } from '../../runtime/dev/processList';
import type { RunFile } from '../../runtime/dev/runFile';

const ROOT = resolve(__dirname, '../..');
const START_LIMIT_MS = 120_000;

export interface Launched {
  /** The run file as it stands now: processes that were started again have new pids. */
  run(): RunFile;
  runFile: string;
  logs: string;
  /** Of the api, the workers or the sandbox, by the beginning of their names in the launcher's list. */
  pidsOf(name: 'api' | 'worker' | 'sandbox'): number[];
  /** Ctrl-C, and waits for the end. */
  stop(): Promise<void>;
}

/** `npm start`'s own program in a folder of its own: it starts api, workers and sandbox, and starts them again when they die. */
export async function launch(options: {
  home: string;
  env: Record<string, string>;
  list: ProcessList;
}): Promise<Launched> {
  const { home, env, list } = options;
  const runFile = join(home, 'run.json');
  const printed = join(home, 'launcher.log');
  const child = spawn(process.execPath, ['--import', 'tsx', 'runtime/dev/main.ts', '--no-sample'], {
    cwd: ROOT,
    env: { ...process.env, API_PORT: '', SANDBOX_PORT: '', SANDBOX_SMTP_PORT: '', OMS_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a Ctrl-C reaches this process alone, which then stops everything in order.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => appendFileSync(printed, chunk));
  if (child.pid === undefined) throw new Error('the launcher could not be started');
  list.add({ name: 'launcher', pid: child.pid, stopSignal: 'SIGTERM' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await ended;
    if (child.pid !== undefined) list.remove(child.pid);
  };
  const deadline = Date.now() + START_LIMIT_MS;
  while (!existsSync(runFile)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`the system did not start:\n${existsSync(printed) ? readFileSync(printed, 'utf8') : ''}`);
    }
    await sleep(100);
  }
  return {
    runFile,
    logs: join(home, 'logs'),
    run: () => JSON.parse(readFileSync(runFile, 'utf8')) as RunFile,
    pidsOf: (name) => {
      const path = join(home, 'processes.json');
      if (!existsSync(path)) return [];
      const all = JSON.parse(readFileSync(path, 'utf8')) as { name: string; pid: number }[];
      return all.filter((entry) => entry.name.startsWith(name)).map(({ pid }) => pid);
    },
    stop,
  };
}
