import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';

/** Longer than an attempt of an activity may take: the other worker does it again while this one still believes to be at it. */
const STOPPED_MS = 45_000;
const HOG_MS = 15_000;
const HOGS = 2;

/** A worker stands still with calls under way, and wakes up when others have done its work; then the machine has no time for anybody. */
export const stalledWorker: Scenario = {
  id: 'F19',
  title: 'a worker stopped for 45 s, and a machine without time',
  short: false,
  async run(world) {
    const load = world.load({ perSecond: 3, most: 400 });
    await load.untilAcknowledged(5);
    // So that it is in the middle of something.
    await world.mischief.provider({ provider: 'payments', mode: 'stalled', delayMs: 2_000 });
    await sleep(1_500);
    const [stopped] = world.mischief.signal('worker', 'SIGSTOP', world.random.int(0, 1));
    await world.mischief.provider({ provider: 'payments', mode: 'ok' });
    await sleep(STOPPED_MS);
    if (stopped !== undefined) process.kill(stopped, 'SIGCONT');
    const taken = load.acknowledged.length;
    await load.untilAcknowledged(taken + 5);

    const hogs: ChildProcess[] = Array.from({ length: HOGS }, () =>
      spawn(process.execPath, ['-e', `const end = Date.now() + ${HOG_MS}; while (Date.now() < end);`], {
        stdio: 'ignore',
      }),
    );
    await Promise.all(hogs.map((hog) => new Promise((ended) => hog.once('exit', ended))));
    load.stop();
  },
};
