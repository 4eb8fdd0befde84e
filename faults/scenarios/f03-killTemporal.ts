import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';

/** Temporal dies under load, stays away, and dies again while it comes back. */
export const killTemporal: Scenario = {
  id: 'F3',
  title: 'kill -9 of Temporal, and again while it recovers',
  short: true,
  async run(world) {
    const { temporal } = world.system;
    const load = world.load({ perSecond: 5, most: world.long ? 400 : 80 });
    await load.untilAcknowledged(10);
    await temporal.end('SIGKILL');
    await sleep(world.long ? 60_000 : 5_000);
    await temporal.ensureUp();
    await sleep(world.random.int(50, 2_000));
    await temporal.end('SIGKILL');
    await sleep(1_000);
    await temporal.ensureUp();
    await world.heal();
    const taken = load.acknowledged.length;
    await load.untilAcknowledged(taken + 5);
    const later = load.replies.filter((reply) => reply === 202).length;
    world.note(`${later} orders were taken while Temporal was away (202)`);
    if (later === 0) world.breach('no order was taken while Temporal was away');
  },
};
