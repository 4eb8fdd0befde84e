import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './messageOf';

/** Asks again and again until the answer is yes. @throws {Error} the signal's reason, with the last failure's words. */
export async function pollUntil(
  isSo: () => Promise<boolean>,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Promise<void> {
  let lastFailure = '';
  for (;;) {
    try {
      if (await isSo()) return;
    } catch (error) {
      lastFailure = messageOf(error);
    }
    if (signal.aborted) {
      const reason = (signal.reason as Error).message;
      throw new Error(lastFailure === '' ? reason : `${reason} (last: ${lastFailure})`);
    }
    await sleep(everyMs);
  }
}
