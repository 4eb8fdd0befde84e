import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks again at what seemed wrong, after each of the pauses. Postgres, Temporal and the providers can't be read at one moment,
 * so only what stays wrong is a breach. @returns what is wrong the last time as well.
 */
export async function settle<Suspect>(
  suspects: Suspect[],
  pausesMs: readonly number[],
  lookAgain: (suspects: Suspect[]) => Promise<Suspect[]>,
): Promise<Suspect[]> {
  let left = suspects;
  for (const pause of pausesMs) {
    if (left.length === 0) break;
    await sleep(pause);
    left = await lookAgain(left);
  }
  return left;
}
