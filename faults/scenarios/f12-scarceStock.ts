import { readOrderStates } from '../../db/faults/readOrderStates';
import { inParallel } from '../../bench/inParallel';
import { bodyOf } from '../load/planOrder';
import { submitUntilAcknowledged } from '../load/submitUntilAcknowledged';
import type { Scenario } from '../scenario';

const SKU = 'POSTER-LTD';
const PLACE = 'berlin';
const CONCURRENCY = 32;
const DECIDED_MS = 90_000;

/** Many want what few can have: as many orders are served as there are units, and everybody else is told so. */
export const scarceStock: Scenario = {
  id: 'F12',
  title: 'a thousand buyers for a hundred units',
  short: false,
  async run(world) {
    const buyers = world.long ? 1_000 : 200;
    const units = buyers / 10;
    const setTo = async (onHand: number) => {
      const adjusted = await world.ops('POST', '/v1/stock/adjustments', {
        ...{ sku: SKU, location: PLACE, setTo: onHand, reason: 'limited edition' },
      });
      if (adjusted.status !== 200) throw new Error(`the stock could not be set: ${adjusted.status}`);
    };
    await setTo(units);
    const ids: string[] = [];
    const begun = Date.now();
    await inParallel(buyers, CONCURRENCY, async (number) => {
      const reference = `F12-${number}`;
      const lines = [{ sku: SKU, quantity: 1, unitPrice: 9900 }];
      // Some want something else as well, named before or after: nobody may wait for one who waits for them.
      const random = world.random.fork(reference);
      if (random.chance(0.3)) lines.splice(random.int(0, 1), 0, { sku: 'MUG-WHITE', quantity: 1, unitPrice: 900 });
      const { order, faults } = await submitUntilAcknowledged(
        world.api,
        bodyOf({ reference, lines, token: 'tok_ok' }),
        { key: () => world.keys().channel, isOver: () => Date.now() > begun + 120_000 },
      );
      faults.forEach((fault) => world.breach(fault));
      if (order === undefined) return world.breach(`${reference} was never acknowledged`);
      ids.push(order.id);
      world.acknowledge({ id: order.id, reference, story: 'plain' });
    });
    const states = await world.until(
      'every buyer has an answer',
      async () => {
        const all = await readOrderStates(world.system.database, ids);
        return all.every(({ status }) => status !== 'received') ? all : undefined;
      },
      DECIDED_MS,
    );
    const rejected = states.filter(({ status }) => status === 'rejected').length;
    world.note(`${buyers} buyers had their answer ${((Date.now() - begun) / 1000).toFixed(1)} s after the first came`);
    if (buyers - rejected !== units) world.breach(`${buyers - rejected} orders were served from ${units} units`);
    const { body } = await world.ops('GET', `/v1/stock?sku=${SKU}`);
    const available = (body?.['data'] as { available: number }[]).reduce((sum, level) => sum + level.available, 0);
    if (available !== 0) world.breach(`${available} units are left, and buyers were turned away`);
  },
};
