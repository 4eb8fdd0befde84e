import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './processIdentity';
import { readRunFile } from './runFile';

/**
 * Makes this process the only one that runs from the folder, until it ends.
 * @throws {Error} naming the process that already does.
 */
export function takeHome(home: string): { release: () => void } {
  mkdirSync(home, { recursive: true });
  const lock = join(home, 'supervisor.pid');
  const own = `${process.pid} ${processIdentity(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(lock, own, { flag: 'wx' });
      return { release: () => releaseLock(lock, own) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readLock(lock);
    if (holder !== undefined && processIdentity(holder.pid) === holder.identity) {
      const api = readRunFile(home)?.api;
      throw new Error(
        `An instance already runs from ${home}: process ${holder.pid}, ${api === undefined ? 'still starting' : `API at ${api}`}.\n` +
          `Stop it with Ctrl-C or \`kill ${holder.pid}\`, or start a second one beside it: OMS_HOME=/another/folder npm start`,
      );
    }
    // Whoever held it crashed.
    rmSync(lock, { force: true });
  }
  throw new Error(`${lock} could not be taken: is another instance just starting?`);
}

function readLock(lock: string): { pid: number; identity: string } | undefined {
  try {
    const [pid = '', identity = ''] = readFileSync(lock, 'utf8').trim().split(' ');
    return { pid: Number(pid), identity };
  } catch {
    return undefined;
  }
}

function releaseLock(lock: string, own: string): void {
  try {
    if (readFileSync(lock, 'utf8') === own) rmSync(lock);
  } catch {
    // Removed by hand: nothing to release.
  }
}
