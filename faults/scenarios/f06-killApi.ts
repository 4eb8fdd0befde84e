import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf } from '../load/planOrder';
import { submitUntilAcknowledged } from '../load/submitUntilAcknowledged';
import type { Scenario } from '../scenario';
import type { World } from '../world';

const AT_ONCE = 8;
/** The key of a request whose API died is free after half a minute; then a repeat takes it over. */
const GIVEN_UP_MS = 75_000;

type Killing = (world: World) => Promise<void>;
const KILLINGS: Record<string, Killing> = {
  'the API was killed': async ({ mischief }) => {
    await mischief.untilReplaced('api', mischief.signal('api', 'SIGKILL'));
  },
  'connections were reset': async ({ system }) => {
    system.edges.clientToApi.set({ kind: 'reset' });
    await sleep(300);
    system.edges.clientToApi.heal();
  },
  'answers broke off': async ({ system }) => {
    system.edges.clientToApi.set({ kind: 'limit_data', bytes: 300, only: 'to_client' });
    await sleep(1_000);
    system.edges.clientToApi.heal();
  },
};

/** The answer is lost between the commit and the channel, which repeats its request until it is told of one order. */
export const killApi: Scenario = {
  id: 'F6',
  title: 'kill -9 of the API before it has answered, and answers lost on the way',
  short: true,
  async run(world) {
    const { random, api } = world;
    const key = () => world.keys().channel;
    const names = ['the API was killed', ...random.shuffle(Object.keys(KILLINGS)), 'the API was killed'];
    const rounds: Promise<number>[] = [];
    for (const [round, name] of [...names, ...(world.long ? [...names, ...names] : [])].entries()) {
      const isOver = (
        (deadline) => () =>
          Date.now() > deadline
      )(Date.now() + GIVEN_UP_MS);
      const submit = async (number: number): Promise<boolean> => {
        const lines = [{ sku: 'MUG-WHITE', quantity: 1, unitPrice: 900 }];
        const body = bodyOf({ reference: `F6-R${round + 1}-${number}`, lines, token: 'tok_ok' });
        const { order, replies, faults } = await submitUntilAcknowledged(api, body, { key, isOver });
        faults.forEach((fault) => world.breach(fault));
        if (order === undefined) {
          world.breach(`${body.reference} was never acknowledged`);
          return false;
        }
        world.acknowledge({ id: order.id, reference: body.reference, story: 'plain' });
        const again = await submitUntilAcknowledged(api, body, { key, isOver });
        if (again.order?.id !== order.id)
          world.breach(`${body.reference} is ${order.id}, and ${again.order?.id} when asked again`);
        return typeof replies[0] === 'string';
      };
      const submitting = Array.from({ length: AT_ONCE }, (_, number) => submit(number));
      await sleep(random.int(3, 60));
      await KILLINGS[name]?.(world);
      rounds.push(Promise.all(submitting).then((cutOff) => cutOff.filter(Boolean).length));
    }
    const cutOff = (await Promise.all(rounds)).reduce((sum, count) => sum + count, 0);
    world.note(`${cutOff} submissions were cut off, and made good by a repeat under the same key`);
    if (cutOff === 0) world.breach('nothing was cut off: the scenario has shown nothing');
  },
};
