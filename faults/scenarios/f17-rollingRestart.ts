import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import { createApiClient } from '../system/createApiClient';
import { WORKERS } from '../system/startSystem';

/** Every process is told to end and started anew, one after the other, with orders under way. */
export const rollingRestart: Scenario = {
  id: 'F17',
  title: 'rolling restart of workers and API by SIGTERM',
  short: true,
  async run(world) {
    const { launched } = world.system;
    const api = createApiClient({ base: () => launched.run().api });
    const load = world.load({ perSecond: 6, most: 1_000, api });
    await load.untilAcknowledged(10);
    for (let round = 0; round < (world.long ? 3 : 1); round += 1) {
      for (let which = 0; which < WORKERS; which += 1) {
        // A worker that was started again stands at the end of the list.
        const ended = world.mischief.signal('worker', 'SIGTERM', 0);
        await world.mischief.untilReplaced('worker', ended);
        await sleep(2_000);
      }
      const ended = world.mischief.signal('api', 'SIGTERM');
      await world.mischief.untilReplaced('api', ended);
      const taken = load.acknowledged.length;
      await load.untilAcknowledged(taken + 5);
    }
    load.stop();
    await load.end(60_000);
    api.close();
    const count = (reply: string | number) => load.replies.filter((seen) => seen === reply).length;
    world.note(`${count('refused')} connections refused and ${count(503)} answers of 503 while the one API restarted`);
    if (count('broken') + count('late') > 0)
      world.breach(`${count('broken')} requests were broken off and ${count('late')} left without an answer`);
  },
};
