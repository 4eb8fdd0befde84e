import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  /** User and system time, in milliseconds. */
  cpuMs: number;
  /** The most memory held at any time, in megabytes, summed over the processes. */
  peakMb: number;
}

/** What a process and all of its descendants have used since they began. Linux only: elsewhere all is zero. */
export function readUsage(pid: number): Usage {
  const children = childrenByParent();
  const usage: Usage = { cpuMs: 0, peakMb: 0 };
  const visit = (current: number): void => {
    const own = readOne(current);
    usage.cpuMs += own.cpuMs;
    usage.peakMb += own.peakMb;
    for (const child of children.get(current) ?? []) visit(child);
  };
  visit(pid);
  return usage;
}

function readOne(pid: number): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, and those of children that have ended and been waited for.
    const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return { cpuMs: (ticks / TICKS_PER_SECOND) * 1000, peakMb: Number(peak) / 1024 };
  } catch {
    return { cpuMs: 0, peakMb: 0 };
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return children;
}
