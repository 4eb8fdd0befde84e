import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './processIdentity';

/** Asks a process to end, and after the limit kills it and its group. Returns whether it ended by itself. */
export async function stopProcess({
  pid,
  signal,
  limitMs,
}: {
  pid: number;
  signal: NodeJS.Signals;
  limitMs: number;
}): Promise<boolean> {
  const identity = processIdentity(pid);
  if (identity === undefined) return true;
  send(pid, signal);
  const deadline = Date.now() + limitMs;
  while (processIdentity(pid) === identity) {
    if (Date.now() > deadline) {
      killGroup(pid);
      return false;
    }
    await sleep(20);
  }
  return true;
}

/** Ours are started as leaders of a group of their own, so their children (Postgres has many) go with them. */
export function killGroup(pid: number): void {
  if (!send(-pid, 'SIGKILL')) send(pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
