import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random';
import type { Scenario } from '../scenario';
import type { World } from '../world';

const TOKENS = ['tok_ok', 'tok_slow', 'tok_timeout_then_ok', 'tok_capture_timeout_then_ok'];
const FINE = [200, 202, 409, 412];
const STORM = 16;
const SIGNALS = 500;
const SIGNALS_AT_ONCE = 50;

async function ask(world: World, id: string, what: string, body: object): Promise<void> {
  const { status, body: answer } = await world.ops('POST', `/v1/orders/${id}/${what}`, body);
  if (!FINE.includes(status)) world.breach(`${what} of ${id}: ${status} ${JSON.stringify(answer)}`);
}

/** Cancels at a moment of chance between acceptance and delivery. */
async function raceCancel(world: World, delayMs: number, token: string): Promise<void> {
  const { id } = await world.place({ token });
  await sleep(delayMs);
  await Promise.all([
    ask(world, id, 'cancel', { reason: 'changed my mind' }),
    ask(world, id, 'cancel', { reason: 'once more' }),
  ]);
}

/** Holds, releases and a cancellation all at once; what is left held is released by whoever tends the orders. */
async function storm(world: World, random: Random, { cancelled }: { cancelled: boolean }): Promise<void> {
  const { id } = await world.place();
  const requests = Array.from({ length: STORM }, (_, index) => {
    const type = random.pick(['operator', 'address', 'payment']);
    const what = index % 2 === 0 ? 'hold' : 'release';
    const body: object = index % 2 === 0 ? { reason: `storm ${index}`, type } : {};
    return { what, body, afterMs: random.int(0, 1_500) };
  });
  if (cancelled) requests.push({ what: 'cancel', body: { reason: 'in the storm' }, afterMs: 800 });
  await Promise.all(requests.map(({ what, body, afterMs }) => sleep(afterMs).then(() => ask(world, id, what, body))));
}

/** Half of them hold, the rest make no sense. */
async function signalStorm(world: World, random: Random): Promise<void> {
  const { id } = await world.place();
  const handle = world.system.temporalClient.client.workflow.getHandle(id);
  for (let sent = 0; sent < SIGNALS; sent += SIGNALS_AT_ONCE) {
    const batch = Array.from({ length: SIGNALS_AT_ONCE }, (_, index) =>
      index % 2 === 0
        ? handle.signal('holdOrder', { reason: `signal ${sent + index}`, requestId: `s-${sent + index}` })
        : handle.signal(random.pick(['holdOrder', 'nonsense', 'releaseOrder']), { reason: 7 }),
    );
    // An order that has closed takes no more.
    await Promise.allSettled(batch);
  }
  world.note(`${SIGNALS} signals were sent to ${id}`);
  await ask(world, id, 'cancel', { reason: 'enough of it' });
}

/** Everybody wants something of the same order at once: it ends in a legal state, with money and stock to match. */
export const racingRequests: Scenario = {
  id: 'F13',
  title: 'cancel against booking, pick-up and capture; storms of holds and signals',
  short: true,
  async run(world) {
    const races = world.long ? 60 : 16;
    const { random } = world;
    const plans = Array.from({ length: races }, () => ({ delayMs: random.int(0, 3_000), token: random.pick(TOKENS) }));
    await Promise.all([
      ...plans.map(({ delayMs, token }) => raceCancel(world, delayMs, token)),
      ...Array.from({ length: world.long ? 8 : 3 }, (_, index) =>
        storm(world, random.fork(`storm ${index}`), { cancelled: index % 2 === 0 }),
      ),
      signalStorm(world, random.fork('signals')),
    ]);
  },
};
