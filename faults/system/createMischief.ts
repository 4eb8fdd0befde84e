import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from './startSystem';

type Part = 'api' | 'worker' | 'sandbox';
type ProviderFault = {
  provider: 'payments' | 'carrier' | 'mail';
  mode: 'ok' | 'down' | 'slow' | 'stalled' | 'error' | 'rate_limited' | 'lost' | 'malformed';
  delayMs?: number;
  times?: number;
};

/** What can be done to the processes of a system and to its sandbox. All of it can be undone at once. */
export interface Mischief {
  /** Sends the signal to all processes of the part, or to one of them. @returns their pids. */
  signal(part: Part, signal: NodeJS.Signals, which?: number): number[];
  /** Kills each process of the part as soon as it is started again. */
  keepDown(part: Part): { release(): void };
  /** Waits until none of these runs any more and as many others do. */
  untilReplaced(part: Part, pids: readonly number[], limitMs?: number): Promise<void>;
  provider(fault: ProviderFault): Promise<void>;
  carrier(settings: { paused?: boolean; duplicates?: number; reorder?: boolean; paceMs?: number }): Promise<void>;
  undoAll(): Promise<void>;
}

export const USUAL_PACE_MS = 300;

export function createMischief(
  { launched, edges, postgres, temporal }: System,
  sandbox: (path: string, body?: object) => Promise<unknown>,
): Mischief {
  const stopped = new Set<number>();
  const watches = new Set<{ release(): void }>();
  let providersTouched = false;

  const send = (pid: number, signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
      if (signal === 'SIGSTOP') stopped.add(pid);
      if (signal === 'SIGCONT') stopped.delete(pid);
    } catch {
      // It has ended by itself meanwhile.
    }
  };

  return {
    signal(part, signal, which) {
      const pids = launched.pidsOf(part);
      const chosen = which === undefined ? pids : pids.slice(which, which + 1);
      for (const pid of chosen) send(pid, signal);
      return chosen;
    },
    keepDown(part) {
      const timer = setInterval(() => launched.pidsOf(part).forEach((pid) => send(pid, 'SIGKILL')), 40);
      const watch = { release: () => (clearInterval(timer), void watches.delete(watch)) };
      watches.add(watch);
      launched.pidsOf(part).forEach((pid) => send(pid, 'SIGKILL'));
      return watch;
    },
    async untilReplaced(part, pids, limitMs = 60_000) {
      const deadline = Date.now() + limitMs;
      for (;;) {
        const now = launched.pidsOf(part).filter((pid) => !pids.includes(pid));
        if (now.length >= pids.length) return;
        if (Date.now() > deadline) throw new Error(`the ${part} did not come back within ${limitMs / 1000} s`);
        await sleep(30);
      }
    },
    async provider(fault) {
      providersTouched = true;
      await sandbox('/control/faults', fault);
    },
    async carrier(settings) {
      providersTouched = true;
      await sandbox('/control/carrier', settings);
    },
    async undoAll() {
      edges.healAll();
      for (const watch of [...watches]) watch.release();
      for (const pid of [...stopped]) send(pid, 'SIGCONT');
      await Promise.all([postgres.ensureUp(), temporal.ensureUp()]);
      if (!providersTouched) return;
      for (const provider of ['payments', 'carrier', 'mail'])
        await sandbox('/control/faults', { provider, mode: 'ok' });
      await sandbox('/control/carrier', { paused: false, duplicates: 0, reorder: false, paceMs: USUAL_PACE_MS });
      providersTouched = false;
    },
  };
}
