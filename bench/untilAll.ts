import { setTimeout as sleep } from 'node:timers/promises';

const STALL_MS = 60_000;

/** Looks until so many rows are as they are to be. @throws when nothing moves for a minute. */
export async function untilAll<T>(
  read: () => Promise<T[]>,
  count: number,
  isDone: (row: T) => boolean,
  everyMs = 250,
): Promise<T[]> {
  let last = 0;
  let movedAt = Date.now();
  for (;;) {
    const done = (await read()).filter(isDone);
    if (done.length >= count) return done;
    if (done.length > last) movedAt = Date.now();
    if (Date.now() - movedAt > STALL_MS) throw new Error(`${count - done.length} of ${count} orders are stuck`);
    last = done.length;
    await sleep(everyMs);
  }
}
