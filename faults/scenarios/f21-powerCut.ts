import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import type { World } from '../world';

/** Back in an order of the seed's choice; what the launcher supervises comes back by itself. */
async function comeBack(world: World): Promise<void> {
  const { postgres, temporal } = world.system;
  for (const server of world.random.shuffle([postgres, temporal])) {
    await sleep(world.random.int(0, 3_000));
    await server.ensureUp();
  }
}

/** The power goes: everything but the providers dies in one moment, and once more while it comes back. */
export const powerCut: Scenario = {
  id: 'F21',
  title: 'everything dies at once, and again while it comes back',
  short: true,
  async run(world) {
    const { postgres, temporal } = world.system;
    const load = world.load({ perSecond: 5, most: world.long ? 300 : 60 });
    for (let round = 0; round < (world.long ? 4 : 2); round += 1) {
      await load.untilAcknowledged(load.acknowledged.length + 8);
      world.mischief.signal('worker', 'SIGKILL');
      world.mischief.signal('api', 'SIGKILL');
      await Promise.all([postgres.end('SIGQUIT'), temporal.end('SIGKILL')]);
      await comeBack(world);
      // Not before the next orders are taken, and so in the middle of what is made up for.
      world.note(`dead and back, with ${load.acknowledged.length} orders taken so far`);
    }
    load.stop();
  },
};
