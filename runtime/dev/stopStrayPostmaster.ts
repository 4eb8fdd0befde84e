import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopProcess } from './stopProcess';

/**
 * Clears the way for a Postgres on this data: one that still runs on it is stopped in order; a lock that a dead one
 * left is removed when its pid belongs to something else now, as Postgres itself would then refuse to start for good.
 */
export async function stopStrayPostmaster(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  let pid: number;
  try {
    pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  } catch {
    return;
  }
  const command = commandOf(pid);
  if (command === undefined) return;
  if (command.includes(data)) await stopProcess({ pid, signal: 'SIGINT', limitMs: 15_000 });
  else rmSync(lock, { force: true });
}

function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}
