import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pollUntil } from './pollUntil';
import type { Service } from './service';

/** One of our own processes, run from source. It tells that it is ready by a message, or by answering at an address. */
export function nodeService({
  name,
  entry,
  root,
  env,
  logFile,
  readyUrl,
  stopLimitMs,
  onError,
}: {
  name: string;
  entry: string;
  root: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  readyUrl?: string;
  stopLimitMs: number;
  /** Gets the message of each line logged as an error. */
  onError: (message: string) => void;
}): Service {
  return {
    name,
    logFile,
    spawn: () => {
      const child = spawn(process.execPath, ['--import', 'tsx', join(root, entry)], {
        cwd: root,
        env,
        // A group of its own: a Ctrl-C reaches the supervisor alone, which then stops everything in order.
        detached: true,
        // The channel ends with the supervisor, however that ends; the child stops when it does.
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          appendFileSync(logFile, `${line}\n`);
          const message = errorIn(line);
          if (message !== undefined) onError(message);
        });
      }
      return child;
    },
    waitUntilReady: (child, signal) =>
      readyUrl === undefined ? readyMessage(child) : pollUntil(() => answersWell(readyUrl), { everyMs: 40, signal }),
    readyLimitMs: 60_000,
    stopSignal: 'SIGTERM',
    stopLimitMs,
  };
}

function errorIn(line: string): string | undefined {
  if (!/"level":[56]0\b/.test(line)) return undefined;
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg, err?.message]
      .filter((part, place, all) => part !== undefined && all.indexOf(part) === place)
      .join(': ');
  } catch {
    return undefined;
  }
}

function readyMessage(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if ((message as { type?: string } | null)?.type !== 'ready') return;
      child.off('message', listen);
      resolve();
    };
    child.on('message', listen);
  });
}

async function answersWell(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000), headers: { connection: 'close' } });
  await response.arrayBuffer();
  return response.ok;
}
