/**
 * Runs one at a time what is given to it, in the order in which it was given.
 *
 * Local activities of one workflow need this. Two that run at once end in the order of the clock, and a replay tells
 * their ends in the order of their starts: the replayed workflow comes to other commands, and stands still for ever.
 */
export function takeTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(run: () => Promise<T>): Promise<T> => {
    const turn = last.then(run);
    last = turn.catch(() => undefined);
    return turn;
  };
}
