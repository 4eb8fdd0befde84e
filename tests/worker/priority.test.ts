import { createActivities } from '../../activities';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

const WAITING = 8;
/** Long beside what it takes to ask for a cancellation, also on a busy machine. */
const AUTHORISATION_TAKES_MS = 2_500;

let world: OrderWorld;
let slow = false;
/** What the one slot has run, in this order. */
const ran: string[] = [];

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 1000);
  const real = createActivities(world.dependencies);
  await world.startWorker({
    limits: { maxConcurrentActivityTaskExecutions: 1 },
    activities: {
      authorisePayment: async (input) => {
        ran.push('authorise');
        if (slow) await new Promise((resolve) => setTimeout(resolve, AUTHORISATION_TAKES_MS));
        return real.authorisePayment(input);
      },
      cancelShipment: (input) => (ran.push('cancel shipment'), real.cancelShipment(input)),
      voidPayment: (input) => (ran.push('void'), real.voidPayment(input)),
    },
  });
});
afterAll(() => world.close());

test('money is given back before new money is asked for, though the others were first in the queue', async () => {
  const cancelled = await world.place();
  await world.untilTold(cancelled, 'shipment.booked');
  slow = true;
  ran.length = 0;
  const waiting = await Promise.all(Array.from({ length: WAITING }, () => world.place()));
  await Promise.all(waiting.map((orderId) => world.untilTold(orderId, 'stock.reserved')));

  await world.handle(cancelled).executeUpdate('cancelOrder', { args: [{ reason: 'customer_asked' }] });
  const before = ran.slice(0, ran.indexOf('void'));
  expect(before).toContain('cancel shipment');
  expect(ran).toContain('void');
  // One was running, one more got in while the void was not asked for yet; all the others come after it.
  expect(before.filter((what) => what === 'authorise').length).toBeLessThan(WAITING - 3);

  await Promise.all(waiting.map((orderId) => world.untilTold(orderId, 'order.confirmed')));
  expect(ran.filter((what) => what === 'authorise')).toHaveLength(WAITING);
});
