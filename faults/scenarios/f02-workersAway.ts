import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';

/** No worker lives for a while, and orders come all the same: each of them is taken, and none waits for long afterwards. */
export const workersAway: Scenario = {
  id: 'F2',
  title: 'no worker lives while orders come',
  short: true,
  settleMs: 90_000,
  async run(world) {
    const most = world.long ? 200 : 40;
    const watch = world.mischief.keepDown('worker');
    const load = world.load({ perSecond: 8, most });
    await load.untilAcknowledged(most);
    if (world.long) await sleep(60_000);
    const odd = load.replies.filter((reply) => reply !== 201 && reply !== 202);
    if (odd.length > 0) world.breach(`orders were answered ${[...new Set(odd)].join(', ')} while no worker lived`);
    world.note(`${load.acknowledged.length} orders taken without a worker`);
    watch.release();
  },
};
