import type { Logger } from 'pino';

export interface Loop {
  /** Ends after the round that runs. */
  stop(): Promise<void>;
}

/**
 * Repeats a round of work for as long as the process lives. A round says whether there is more; then the next follows at once.
 * A round that fails (database away, server away) is logged once per outage, and tried again with growing pauses, so that an
 * outage never ends the loop and never fills the log.
 */
export function runLoop(options: {
  name: string;
  everyMs: number;
  log: Logger;
  round: () => Promise<{ more: boolean; done?: number }>;
  /** Told how each round ended; `done`: with how much it has dealt. */
  onRound?: (ended: { ok: boolean; done: number }) => void;
}): Loop {
  const { name, everyMs, log, round, onRound } = options;
  let stopped = false;
  let wake: () => void = () => undefined;
  let failures = 0;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        const { more, done = 0 } = await round();
        onRound?.({ ok: true, done });
        if (failures > 0) log.info({ loop: name, failures }, 'loop works again');
        failures = 0;
        if (!more) await pause(everyMs);
      } catch (error) {
        failures += 1;
        onRound?.({ ok: false, done: 0 });
        if (failures === 1) log.warn({ loop: name, err: error }, 'loop fails, and will try again');
        await pause(Math.min(everyMs * 2 ** Math.min(failures, 6), 30_000));
      }
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
