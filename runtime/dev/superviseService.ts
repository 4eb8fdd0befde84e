import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './messageOf';
import type { ProcessList } from './processList';
import { startService, type RunningService, type Service } from './service';
import { stopProcess } from './stopProcess';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** Up for so long, a process counts as sound again, and its next end is followed by the shortest pause. */
const SOUND_AFTER_MS = 30_000;
const FIRST_START_ATTEMPTS = 3;

export interface Supervised {
  name: string;
  /** Settles with the first start: what doesn't come up in a few attempts isn't tried for ever. */
  ready: Promise<void>;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Keeps a service up: whenever it ends by itself, it is started again, at once at first and less often when that doesn't help. */
export function superviseService({
  service,
  list,
  say,
  onChange,
}: {
  service: Service;
  list: ProcessList;
  say: (line: string) => void;
  /** Called each time the service answers again. */
  onChange?: (() => void) | undefined;
}): Supervised {
  const stopping = new AbortController();
  let pid: number | undefined;
  let pause = FIRST_PAUSE_MS;

  const start = (): Promise<RunningService> =>
    startService(service, (started) => {
      pid = started;
      list.add({ name: service.name, pid: started, stopSignal: service.stopSignal });
    });
  const forget = () => {
    if (pid !== undefined) list.remove(pid);
    pid = undefined;
  };
  const waitAndLengthen = async () => {
    await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  const startFirst = async (): Promise<RunningService> => {
    for (let attempt = 1; ; attempt += 1) {
      if (stopping.signal.aborted) throw new Error(`${service.name} was stopped while it started`);
      try {
        return await start();
      } catch (error) {
        forget();
        if (attempt === FIRST_START_ATTEMPTS || stopping.signal.aborted) throw error;
        await waitAndLengthen();
      }
    }
  };
  const keepUp = async (first: RunningService) => {
    let running: RunningService | undefined = first;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const how = await running?.ended;
      forget();
      if (stopping.signal.aborted) return;
      if (running !== undefined) {
        if (Date.now() - startedAt > SOUND_AFTER_MS) pause = FIRST_PAUSE_MS;
        say(`${service.name} ended (${how}); it is started again in ${pause / 1000} s`);
      }
      await waitAndLengthen();
      if (stopping.signal.aborted) return;
      try {
        running = await start();
        onChange?.();
        say(`${service.name} is back`);
      } catch (error) {
        running = undefined;
        if (!stopping.signal.aborted) say(messageOf(error));
      }
    }
  };

  const first = startFirst();
  const ready = first.then(() => undefined);
  // Whoever awaits it gets the failure; a stop before that must not count as unhandled.
  ready.catch(() => undefined);
  const over = first.then(keepUp, () => undefined);
  return {
    name: service.name,
    ready,
    pid: () => pid,
    async stop() {
      stopping.abort();
      if (pid !== undefined) await stopProcess({ pid, signal: service.stopSignal, limitMs: service.stopLimitMs });
      await over;
    },
  };
}
