import { patched } from '@temporalio/workflow';

/**
 * Runs one at a time what is given to it, in the order in which it was given.
 *
 * Local activities of one workflow need this. Two that run at once end in the order of the clock, and a replay tells
 * their ends in the order of their starts: the replayed workflow comes to other commands, and stands still for ever.
 */
export function takeTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let running = 0;
  return async <T>(run: () => Promise<T>): Promise<T> => {
    // Asked only where it makes a difference: most orders never get there, and have no marker of it in their history.
    const waits = running > 0 && patched('2026-11-24-one-local-activity-at-a-time');
    running += 1;
    const turn = waits ? last.then(run) : run();
    last = Promise.allSettled([last, turn]);
    try {
      return await turn;
    } finally {
      running -= 1;
    }
  };
}
