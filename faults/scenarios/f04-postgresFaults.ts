import { setTimeout as sleep } from 'node:timers/promises';
import { endBackends } from '../../db/faults/endBackends';
import type { Scenario } from '../scenario';
import type { LinkFault } from '../linkFault';
import type { World } from '../world';

const APPLICATIONS = ['oms-api', 'oms-worker'];

async function restartAtOnce({ system, random }: World): Promise<void> {
  // "Immediate": no session is ended in order, and the next start recovers from the log.
  await system.postgres.end('SIGQUIT');
  await sleep(random.int(200, 3_000));
  await system.postgres.ensureUp();
}

async function spoilBothWays({ system }: World, fault: LinkFault, ms: number): Promise<void> {
  const ways = [system.edges.apiToPostgres, system.edges.workerToPostgres];
  for (const way of ways) way.set(fault);
  await sleep(ms);
  for (const way of ways) way.heal();
}

const FAULTS: Record<string, (world: World) => Promise<void>> = {
  'restart at once': restartAtOnce,
  'restart at once, and again while it recovers': async (world) => {
    await restartAtOnce(world);
    await sleep(world.random.int(0, 500));
    await restartAtOnce(world);
  },
  'restart at once, slow and cut while it recovers': async (world) => {
    await restartAtOnce(world);
    await spoilBothWays(world, { kind: 'latency', ms: world.random.int(300, 1_500) }, 3_000);
    await spoilBothWays(world, { kind: 'cut' }, world.random.int(200, 1_500));
  },
  'all sessions ended, three times': async (world) => {
    for (let round = 0; round < 3; round += 1) {
      world.note(`${await endBackends(world.system.database, APPLICATIONS)} sessions ended`);
      await sleep(world.random.int(100, 700));
    }
  },
  cut: (world) => spoilBothWays(world, { kind: 'cut' }, world.long ? 20_000 : 4_000),
  reset: (world) => spoilBothWays(world, { kind: 'reset' }, 2_000),
  'half open': (world) => spoilBothWays(world, { kind: 'half_open' }, world.long ? 30_000 : 8_000),
  'two seconds slow': (world) => spoilBothWays(world, { kind: 'latency', ms: 2_000 }, world.long ? 30_000 : 8_000),
  'slow bytes': (world) => spoilBothWays(world, { kind: 'slow', bytesPerSecond: 4_000 }, 8_000),
  'connections of 20 kB': (world) => spoilBothWays(world, { kind: 'limit_data', bytes: 20_000 }, 8_000),
};
const ALWAYS = ['restart at once, slow and cut while it recovers', 'half open'];

/** The database goes away in each of the ways in which databases go away, with orders under way. */
export const postgresFaults: Scenario = {
  id: 'F4',
  title: 'Postgres restarted, its sessions ended, its ways spoilt',
  short: true,
  async run(world) {
    const load = world.load({ perSecond: 4, most: 1_000 });
    await load.untilAcknowledged(8);
    const others = world.random.shuffle(Object.keys(FAULTS).filter((name) => !ALWAYS.includes(name)));
    const names = world.random.shuffle([...ALWAYS, ...(world.long ? others : others.slice(0, 1))]);
    for (const name of names) {
      await FAULTS[name]?.(world);
      const healedAt = Date.now();
      const taken = load.acknowledged.length;
      await load.untilAcknowledged(taken + 1);
      world.note(`${name}: an order is taken ${((Date.now() - healedAt) / 1000).toFixed(1)} s after its end`);
    }
    load.stop();
  },
};
