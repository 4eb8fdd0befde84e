import type { Logger } from 'pino';

export interface Closer {
  name: string;
  close: () => unknown;
  limitMs: number;
}

export type Stop = (reason: string, exitCode?: number) => Promise<void>;

/** npm passes on a Ctrl-C that the terminal has already delivered: a signal this close to the first is the same key press. */
const SAME_KEY_PRESS_MS = 500;

/**
 * Closes what the process holds, in the order given, when it is told to end: by SIGTERM, SIGINT, the end of its
 * supervisor, or the returned function. A second signal ends it at once.
 */
export function onShutdown({
  logger,
  closers,
  exit = (code) => process.exit(code),
}: {
  logger: Logger;
  closers: readonly Closer[];
  exit?: (code: number) => void;
}): Stop {
  let stopping: Promise<void> | undefined;
  let startedAt = 0;

  const stop: Stop = (reason, exitCode = 0) => {
    startedAt = Date.now();
    stopping ??= closeAll(logger, closers, reason).then(() => exit(exitCode));
    return stopping;
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping === undefined) void stop(signal);
    else if (Date.now() - startedAt > SAME_KEY_PRESS_MS) exit(130);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // A supervisor that is killed can't say goodbye: the end of its channel is how a child notices.
  if (process.send !== undefined) process.once('disconnect', () => void stop('the supervisor is gone'));
  return stop;
}

async function closeAll(logger: Logger, closers: readonly Closer[], reason: string): Promise<void> {
  logger.info({ reason }, 'stopping');
  for (const { name, close, limitMs } of closers) {
    const startedAt = Date.now();
    try {
      await withLimit(Promise.resolve().then(close), limitMs);
      logger.debug({ closer: name, ms: Date.now() - startedAt }, 'closed');
    } catch (error) {
      logger.warn({ err: error, closer: name, ms: Date.now() - startedAt }, 'could not close in order');
    }
  }
  logger.info('stopped');
}

async function withLimit(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
