import { readFileSync } from 'node:fs';

/** Memory that a process holds now, in megabytes. Linux only: 0 elsewhere. */
export function readMemory(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
