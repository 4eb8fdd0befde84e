import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import { WORKERS } from '../system/startSystem';

/** No worker lives for a while, and orders come all the same: each is taken, and none waits for long; in the long form the workers die again. */
export const workersAway: Scenario = {
  id: 'F2',
  title: 'no worker lives while orders come',
  short: true,
  settleMs: 90_000,
  async run(world) {
    const { launched } = world.system;
    const most = world.long ? 200 : 40;
    const watch = world.mischief.keepDown('worker');
    const load = world.load({ perSecond: 8, most });
    await load.untilAcknowledged(most);
    if (world.long) await sleep(60_000);
    const odd = load.replies.filter((reply) => reply !== 201 && reply !== 202);
    if (odd.length > 0) world.breach(`orders were answered ${[...new Set(odd)].join(', ')} while no worker lived`);
    world.note(`${load.acknowledged.length} orders taken without a worker`);
    watch.release();
    if (!world.long) return;
    // Again while they drain what has piled up.
    await world.until('both workers are back', () => {
      const alive = launched.pidsOf('worker');
      return alive.length === WORKERS && launched.run().workers.every(({ pid }) => alive.includes(pid))
        ? true
        : undefined;
    });
    await sleep(world.random.int(500, 4_000));
    await world.mischief.untilReplaced('worker', world.mischief.signal('worker', 'SIGKILL'));
  },
};
