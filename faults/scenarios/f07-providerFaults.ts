import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import type { World } from '../world';

/** Longer than any call to a provider may take: it acts, and we have given up by then. */
const PAST_OUR_LIMIT_MS = 12_000;
type Provider = 'payments' | 'carrier';

const wayTo = (world: World, provider: Provider) =>
  provider === 'payments' ? world.system.edges.workerToGateway : world.system.edges.workerToCarrier;

const MODES: Record<string, (world: World, provider: Provider) => Promise<void>> = {
  'answers 500': (world, provider) => world.mischief.provider({ provider, mode: 'error' }),
  'answers 429': (world, provider) => world.mischief.provider({ provider, mode: 'rate_limited', delayMs: 1_000 }),
  'acts and answers no JSON': (world, provider) => world.mischief.provider({ provider, mode: 'malformed' }),
  'acts and drops the reply': (world, provider) => world.mischief.provider({ provider, mode: 'lost' }),
  'acts and answers after our time-out': (world, provider) =>
    world.mischief.provider({ provider, mode: 'stalled', delayMs: PAST_OUR_LIMIT_MS, times: 4 }),
  'hangs for a minute': (world, provider) =>
    world.mischief.provider({ provider, mode: 'stalled', delayMs: 60_000, times: 2 }),
  'accepts connections and says nothing': async (world, provider) => wayTo(world, provider).set({ kind: 'half_open' }),
  'resets connections': async (world, provider) => wayTo(world, provider).set({ kind: 'reset' }),
  'is down': (world, provider) => world.mischief.provider({ provider, mode: 'down' }),
};
const ALWAYS = ['acts and drops the reply', 'acts and answers no JSON', 'acts and answers after our time-out'];

/** A provider misbehaves in each of the ways in which providers do: each effect happens once, whatever we were told. */
export const providerFaults: Scenario = {
  id: 'F7',
  title: 'gateway and carrier fail, hang, and act without saying so',
  short: true,
  async run(world) {
    const load = world.load({ perSecond: 4, most: 1_000 });
    await load.untilAcknowledged(5);
    const others = world.random.shuffle(Object.keys(MODES).filter((name) => !ALWAYS.includes(name)));
    for (const name of world.random.shuffle([...ALWAYS, ...(world.long ? others : others.slice(0, 2))])) {
      const provider = world.random.pick<Provider>(['payments', 'carrier']);
      for (const faulty of world.long ? (['payments', 'carrier'] as const) : [provider]) {
        await MODES[name]?.(world, faulty);
        world.note(`${faulty} ${name}`);
        await sleep(world.long ? 8_000 : 3_000);
        wayTo(world, faulty).heal();
        await world.mischief.provider({ provider: faulty, mode: 'ok' });
      }
    }
    load.stop();
  },
};
