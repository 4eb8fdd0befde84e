import { readFileSync, rmSync } from 'node:fs';
import { processIdentity } from './processIdentity';
import { killGroup, stopProcess } from './stopProcess';
import { writeFileAtomically } from './writeFileAtomically';

interface Entry {
  name: string;
  pid: number;
  identity: string;
  stopSignal: NodeJS.Signals;
}

export interface ProcessList {
  add(entry: Omit<Entry, 'identity'>): void;
  remove(pid: number): void;
  /** Stops what an earlier supervisor left running, and nothing else. Returns the names. */
  stopLeftovers(): Promise<string[]>;
  /** Ends all of them at once, without order. */
  killAll(): void;
}

const STOP_LIMIT_MS = 15_000;

/** The processes started so far, kept in a file: whoever comes after a crash knows what to stop. */
export function processList(path: string): ProcessList {
  let entries = readEntries(path);
  const write = () => {
    if (entries.length > 0) writeFileAtomically(path, JSON.stringify(entries, null, 2));
    else rmSync(path, { force: true });
  };
  return {
    add(entry) {
      const identity = processIdentity(entry.pid);
      if (identity === undefined) return;
      entries.push({ ...entry, identity });
      write();
    },
    remove(pid) {
      entries = entries.filter((entry) => entry.pid !== pid);
      write();
    },
    async stopLeftovers() {
      const left = entries.filter(({ pid, identity }) => processIdentity(pid) === identity);
      await Promise.all(
        left.map(({ pid, stopSignal }) => stopProcess({ pid, signal: stopSignal, limitMs: STOP_LIMIT_MS })),
      );
      entries = [];
      write();
      return left.map(({ name }) => name);
    },
    killAll() {
      for (const { pid, identity } of entries) if (processIdentity(pid) === identity) killGroup(pid);
      entries = [];
      write();
    },
  };
}

function readEntries(path: string): Entry[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Entry[];
  } catch {
    return [];
  }
}
