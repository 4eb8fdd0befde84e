import type { Scenario } from '../scenario';
import type { World } from '../world';

const FEWEST = 3;

const untilEffect = (world: World, orderId: string, effect: string) =>
  world.until(`${effect} of ${orderId}`, async () => {
    const { data } = await world.sandbox<{ data: { effect: string }[] }>(`/ledger?orderId=${orderId}`);
    return data.some((entry) => entry.effect === effect) || undefined;
  });
const stalled = async (world: World, provider: 'payments' | 'carrier', effect: string, token = 'tok_ok') => {
  await world.mischief.provider({ provider, mode: 'stalled', delayMs: 3_000 });
  const { id } = await world.place({ token });
  await untilEffect(world, id, effect);
  return () => world.mischief.provider({ provider, mode: 'ok' });
};

const STEPS: Record<string, (world: World) => Promise<void | (() => Promise<void>)>> = {
  'just accepted': async (world) => void (await world.place()),
  'authorised, and not on record': (world) => stalled(world, 'payments', 'authorise'),
  'booked, and not on record': (world) => stalled(world, 'carrier', 'book_shipment'),
  'captured, and not on record': async (world) => {
    const { id } = await world.place();
    await untilEffect(world, id, 'book_shipment');
    await world.mischief.provider({ provider: 'payments', mode: 'stalled', delayMs: 3_000 });
    await untilEffect(world, id, 'capture');
    return () => world.mischief.provider({ provider: 'payments', mode: 'ok' });
  },
  'voided, and not on record': async (world) => {
    await world.mischief.carrier({ paused: true });
    const { id } = await world.place();
    await untilEffect(world, id, 'book_shipment');
    await world.mischief.provider({ provider: 'payments', mode: 'stalled', delayMs: 3_000 });
    const cancelled = world.ops('POST', `/v1/orders/${id}/cancel`, { reason: 'customer asked' }).catch(() => undefined);
    await untilEffect(world, id, 'void');
    return async () => {
      await cancelled;
      await world.mischief.provider({ provider: 'payments', mode: 'ok' });
      await world.mischief.carrier({ paused: false });
    };
  },
  'gone, with its reply lost': async (world) => void (await world.place({ token: 'tok_capture_timeout_then_ok' })),
};

/** Both workers die at each step of an order's life, in an order of the seed's choice, and some die again while they come back. */
export const killWorker: Scenario = {
  id: 'F1',
  title: 'kill -9 of the workers at each step',
  short: true,
  async run(world) {
    const load = world.load({ perSecond: 2, most: world.long ? 200 : 40 });
    const names = world.random.shuffle(Object.keys(STEPS));
    for (const name of world.long ? names : names.slice(0, FEWEST + 1)) {
      const after = await STEPS[name]?.(world);
      const killed = world.mischief.signal('worker', 'SIGKILL');
      if (world.random.chance(0.5)) {
        // Again, as soon as they are there, or a moment later: during recovery.
        await world.mischief.untilReplaced('worker', killed);
        await new Promise((resolve) => setTimeout(resolve, world.random.int(0, 2_500)));
        world.mischief.signal('worker', 'SIGKILL');
        world.note(`killed when ${name}, and again`);
      } else {
        world.note(`killed when ${name}`);
      }
      await after?.();
    }
    load.stop();
  },
};
