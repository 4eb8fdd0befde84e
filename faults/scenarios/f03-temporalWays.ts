import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import type { LinkFault } from '../linkFault';

const FAULTS: Record<string, { fault: LinkFault; ms: number }> = {
  cut: { fault: { kind: 'cut' }, ms: 8_000 },
  reset: { fault: { kind: 'reset' }, ms: 5_000 },
  // Longer than both ends take to find out that nobody answers.
  'half open': { fault: { kind: 'half_open' }, ms: 50_000 },
  'half open towards the server': { fault: { kind: 'half_open', only: 'to_server' }, ms: 10_000 },
  'one second slow': { fault: { kind: 'latency', ms: 1_000 }, ms: 15_000 },
  'slow bytes': { fault: { kind: 'slow', bytesPerSecond: 8_000 }, ms: 15_000 },
  'connections of 50 kB': { fault: { kind: 'limit_data', bytes: 50_000 }, ms: 10_000 },
};

/** Both ends find out about a silent connection within 45 s; what was handed out over it is handed out again 30 s later. */
const THROUGH_WITHIN_MS = 120_000;

/** Temporal is well, and the ways to it are not: orders are taken all the same, and go on once it can be reached. */
export const temporalWays: Scenario = {
  id: 'F3B',
  title: 'the ways to Temporal cut, reset, half open, slow',
  short: false,
  async run(world) {
    const { apiToTemporal, workerToTemporal } = world.system.edges;
    const ways = [apiToTemporal, workerToTemporal];
    const load = world.load({ perSecond: 1, most: 1_000 });
    await load.untilAcknowledged(5);
    for (const name of world.random.shuffle(Object.keys(FAULTS))) {
      const { fault, ms } = FAULTS[name] ?? { fault: { kind: 'cut' }, ms: 0 };
      const before = load.acknowledged.length;
      for (const way of ways) way.set(fault);
      await sleep(ms);
      const taken = load.acknowledged.length - before;
      for (const way of ways) way.heal();
      const healedAt = Date.now();
      const probe = await world.place();
      await world.until(
        `after "${name}" an order is completed`,
        async () => {
          const { body } = await world.ops('GET', `/v1/orders/${probe.id}`);
          return body?.['status'] === 'completed' || undefined;
        },
        THROUGH_WITHIN_MS,
      );
      world.note(
        `${name}: ${taken} orders were taken; ${((Date.now() - healedAt) / 1000).toFixed(1)} s later one was through`,
      );
      if (taken === 0) world.breach(`no order was taken while the ways to Temporal were: ${name}`);
    }
    load.stop();
  },
};
