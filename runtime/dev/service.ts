import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { messageOf } from './messageOf';
import { stopProcess } from './stopProcess';

/** A process that can be started any number of times at the same address. */
export interface Service {
  name: string;
  logFile: string;
  spawn(): ChildProcess;
  /** Resolves once it answers; gives up when the signal says so. */
  waitUntilReady(child: ChildProcess, signal: AbortSignal): Promise<void>;
  readyLimitMs: number;
  stopSignal: NodeJS.Signals;
  stopLimitMs: number;
}

export interface RunningService {
  pid: number;
  /** Says how it ended, such as "exit code 1" or "SIGKILL". */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a service and waits until it answers; what doesn't get that far is stopped and described with the end of its log. */
export async function startService(service: Service, onSpawn?: (pid: number) => void): Promise<RunningService> {
  const child = service.spawn();
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${service.name} could not be started: ${await ended}`);
  onSpawn?.(pid);

  const stop = async () => {
    await stopProcess({ pid, signal: service.stopSignal, limitMs: service.stopLimitMs });
    await ended;
  };
  const abort = new AbortController();
  const limit = setTimeout(
    () => abort.abort(new Error(`no answer within ${service.readyLimitMs / 1000} s`)),
    service.readyLimitMs,
  );
  try {
    await Promise.race([
      service.waitUntilReady(child, abort.signal),
      ended.then((how) => Promise.reject(new Error(`it ended with ${how}`))),
    ]);
  } catch (error) {
    abort.abort(error);
    await stop();
    throw new Error(`${service.name} did not start: ${messageOf(error)}.${endOfLog(service.logFile)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(limit);
  }
  return { pid, ended, stop };
}

function endOfLog(path: string): string {
  try {
    const all = readFileSync(path, 'utf8').trimEnd().split('\n');
    // Of a trace, the words count here; where they came from is in the file.
    const lines = all.filter((line) => !/^\s+at /.test(line)).slice(-12);
    return lines.join('').trim() === '' ? '' : `\nThe end of ${path}:\n  ${lines.join('\n  ')}`;
  } catch {
    return '';
  }
}
