import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../bench/percentile';
import { readOrderStates } from '../../db/faults/readOrderStates';
import type { Scenario } from '../scenario';

const LOOKS = 30;
const SLOWEST_MS = 5_000;

/** Both workers start anew with many orders open, and all of these move at once. */
export const coldCache: Scenario = {
  id: 'F18',
  title: 'workers restarted with many open orders',
  short: true,
  settleMs: 240_000,
  async run(world) {
    const most = world.long ? 1_000 : 80;
    await world.mischief.carrier({ paused: true });
    const load = world.load({ perSecond: 25, most, only: 'plain' });
    await load.untilAcknowledged(most);
    load.stop();
    const ids = load.acknowledged.map(({ id }) => id);
    await world.until(
      'all are booked',
      async () => {
        const states = await readOrderStates(world.system.database, ids);
        return states.every(({ status }) => status === 'ready_to_ship') || undefined;
      },
      180_000,
    );
    const killed = world.mischief.signal('worker', 'SIGKILL');
    await world.mischief.untilReplaced('worker', killed);
    const fresh = world.system.launched.pidsOf('worker');
    await world.heal();
    const times: number[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      const begun = Date.now();
      const { status } = await world.ops('GET', `/v1/orders/${world.random.pick(ids)}/status`);
      if (status !== 200) world.breach(`a live status was answered ${status}`);
      times.push(Date.now() - begun);
      await sleep(250);
    }
    world.note(
      `live status, ${most} orders moving on a cold cache: p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms`,
    );
    if (percentile(times, 0.99) > SLOWEST_MS) world.breach(`a live status took ${percentile(times, 0.99)} ms`);
    const now = world.system.launched.pidsOf('worker');
    if (!fresh.every((pid) => now.includes(pid))) world.breach('a worker died while it replayed its orders');
  },
};
