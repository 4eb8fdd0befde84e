import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Of a process and its descendants. */
export interface Usage {
  /** User and system time, in milliseconds. */
  cpuMs: number;
  /** Memory held now, in megabytes; what several processes share, as Postgres' buffers, in equal parts. */
  heldMb: number;
  /** The most held at any time, each process by itself, with all that it shares. */
  peakMb: number;
}

export const NO_USAGE: Usage = { cpuMs: 0, heldMb: 0, peakMb: 0 };

export const addUsage = (a: Usage, b: Usage): Usage => ({
  cpuMs: a.cpuMs + b.cpuMs,
  heldMb: a.heldMb + b.heldMb,
  peakMb: a.peakMb + b.peakMb,
});

/** What a process and all of its descendants have used since they began. Linux only: elsewhere all is zero. */
export function readUsage(pid: number): Usage {
  const children = childrenByParent();
  const visit = (current: number): Usage => (children.get(current) ?? []).map(visit).reduce(addUsage, readOne(current));
  return visit(pid);
}

function readOne(pid: number): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, and those of children that have ended and been waited for.
    const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0);
    const megabytes = (file: string, name: string) => {
      const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
      return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? '0') / 1024;
    };
    return {
      cpuMs: (ticks / TICKS_PER_SECOND) * 1000,
      heldMb: megabytes('smaps_rollup', 'Pss'),
      peakMb: megabytes('status', 'VmHWM'),
    };
  } catch {
    return NO_USAGE;
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
