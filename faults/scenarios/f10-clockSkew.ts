import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import type { World } from '../world';

const PARTS = ['api', 'worker', 'sandbox'] as const;
type Part = (typeof PARTS)[number];
/** Where Debian's package `faketime` puts it, below the folder of the machine's architecture. */
const findLibrary = (): string | undefined =>
  (existsSync('/usr/lib') ? readdirSync('/usr/lib') : [])
    .map((architecture) => join('/usr/lib', architecture, 'faketime/libfaketime.so.1'))
    .find(existsSync);
const clockOf = (folder: string, part: Part) => join(folder, `clock-${part}`);

/** Ends at once for the processes of the part: they look at the file again each second. */
function setClock({ system }: World, part: Part, minutes: number): void {
  writeFileSync(clockOf(system.folder, part), `${minutes < 0 ? '-' : '+'}${Math.abs(minutes)}m\n`);
}

const environmentOf = (folder: string, part: Part): Record<string, string> => {
  writeFileSync(clockOf(folder, part), '+0\n');
  return {
    LD_PRELOAD: findLibrary() ?? '',
    FAKETIME_TIMESTAMP_FILE: clockOf(folder, part),
    FAKETIME_CACHE_DURATION: '1',
    // A monotonic clock that jumps makes Node's timers wait for ever.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
};

/** A library that was not taken in, or a file that was not read, would make this a scenario of nothing. */
async function expectSkew(world: World, minutes: number): Promise<void> {
  const { headers } = await world.ops('GET', '/readyz');
  const skewMs = new Date(String(headers['date'])).getTime() - Date.now();
  if (Math.abs(skewMs - minutes * 60_000) > 30_000)
    world.breach(`the clock of the API is ${skewMs} ms ahead, and not ${minutes} minutes`);
}

const AWAY_MS = 6_000;
/** The customer has less time to pay than the clocks are wrong: whoever went by them would cancel at once. */
const PAYMENT_DEADLINE = '8m';

/** The clocks of the processes jump by ten minutes; those of Postgres and Temporal are right, and are the ones that count. */
export const clockSkew: Scenario = {
  id: 'F10',
  title: 'clocks jump by ten minutes',
  short: false,
  wishes: {
    env: (folder) => ({
      ...Object.fromEntries(PARTS.map((part) => [part, environmentOf(folder, part)])),
      all: { PAYMENT_DEADLINE },
    }),
  },
  obstacle: () => (findLibrary() !== undefined ? undefined : 'libfaketime is not installed (Debian: faketime)'),
  async run(world) {
    const { mischief } = world;
    const load = world.load({ perSecond: 4, most: 400 });
    const unpaid = await world.place({ token: 'tok_declined' });
    await load.untilAcknowledged(10);
    await mischief.carrier({ paused: false });
    for (const [part, minutes] of [
      ['api', 10],
      ['api', -10],
      ['worker', 10],
      ['worker', -10],
      ['sandbox', 10],
      ['sandbox', -10],
    ] as const) {
      setClock(world, part, minutes);
      await sleep(AWAY_MS);
      if (part === 'api') await expectSkew(world, minutes);
      setClock(world, part, 0);
      world.note(`${part} ${minutes > 0 ? 'ahead' : 'behind'}: ${load.acknowledged.length} orders taken so far`);
    }
    for (const part of PARTS) setClock(world, part, world.random.pick([10, -10]));
    await sleep(AWAY_MS);
    const { body } = await world.ops('GET', `/v1/orders/${unpaid.id}`);
    if (body?.['status'] !== 'awaiting_payment')
      world.breach(`an order that had ${PAYMENT_DEADLINE} to be paid is ${String(body?.['status'])} already`);
    // Within what the signatures of callbacks allow: nothing may be refused for it.
    for (const part of PARTS) setClock(world, part, 0);
    setClock(world, 'api', 4);
    await sleep(2_000);
    const before = await world.sandbox<{ callbacks: { failed: number } }>('/control');
    await sleep(AWAY_MS);
    const after = await world.sandbox<{ callbacks: { failed: number } }>('/control');
    const refused = after.callbacks.failed - before.callbacks.failed;
    if (refused > 0) world.note(`${refused} callbacks were sent again while the clocks were 4 minutes apart`);
    setClock(world, 'api', 0);
    load.stop();
  },
};
