import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf } from '../load/planOrder';
import { submitUntilAcknowledged } from '../load/submitUntilAcknowledged';
import type { Scenario } from '../scenario';

const AT_ONCE = 8;

/** The API dies between the commit and the answer; the channel repeats its request until it is told of one order. */
export const killApi: Scenario = {
  id: 'F6',
  title: 'kill -9 of the API before it has answered',
  short: true,
  async run(world) {
    const { random, api } = world;
    const key = () => world.keys().channel;
    let cutOff = 0;
    for (let round = 1; round <= (world.long ? 10 : 3); round += 1) {
      const deadline = Date.now() + 60_000;
      const bodies = Array.from({ length: AT_ONCE }, (_, number) =>
        bodyOf({
          reference: `F6-R${round}-${number}`,
          lines: [{ sku: 'MUG-WHITE', quantity: 1, unitPrice: 900 }],
          token: 'tok_ok',
        }),
      );
      const submitting = bodies.map((body) =>
        submitUntilAcknowledged(api, body, { key, isOver: () => Date.now() > deadline }),
      );
      await sleep(random.int(3, 60));
      const killed = world.mischief.signal('api', 'SIGKILL');
      const first = await Promise.all(submitting);
      await world.mischief.untilReplaced('api', killed);
      for (const [number, { order, replies, faults }] of first.entries()) {
        const body = bodies[number] as (typeof bodies)[number];
        faults.forEach((fault) => world.breach(fault));
        if (order === undefined) {
          world.breach(`${body.reference} was never acknowledged`);
          continue;
        }
        world.acknowledge({ id: order.id, reference: body.reference, story: 'plain' });
        if (typeof replies[0] === 'string') cutOff += 1;
        const again = await submitUntilAcknowledged(api, body, { key, isOver: () => Date.now() > deadline });
        if (again.order?.id !== order.id)
          world.breach(`${body.reference} is ${order.id}, and ${again.order?.id} when asked again`);
      }
    }
    world.note(`${cutOff} submissions were cut off, and made good by a repeat under the same key`);
  },
};
