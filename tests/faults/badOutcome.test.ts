import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGood, type Outcome } from '../../faults/judge/outcome';
import { runScenarios } from '../../faults/runScenarios';
import type { Scenario } from '../../faults/scenario';
import { createSandboxGateway } from '../../providers/payments/sandboxGateway';
import { newId } from '../../runtime/newId';

/** What the launcher leaves the sandbox with where nothing else is set. */
const GATEWAY_KEY = 'sandbox-gateway-key';
const lostId = newId('ord');
let stuckId = '';

/** What the product never does is done here in its name, on a real system: the judge has to find each of it. */
const misdeeds: Scenario = {
  id: 'F0',
  title: 'an order is lost, one is charged twice, one does not close',
  short: false,
  settleMs: 0,
  async run(world) {
    world.acknowledge({ id: lostId, reference: 'lost', story: 'plain' });
    await world.mischief.carrier({ paused: true });
    ({ id: stuckId } = await world.place());
    await world.until('it is authorised', async () => {
      const { body } = await world.ops('GET', `/v1/orders/${stuckId}`);
      return body?.['paymentStatus'] === 'authorized' || undefined;
    });
    const { sandbox } = world.system.launched.run();
    await createSandboxGateway({ url: sandbox, key: GATEWAY_KEY }).authorise({
      ...{ key: 'a-key-of-nobody', orderId: stuckId, token: 'tok_ok', amount: 2_498, currency: 'EUR' },
    });
  },
};

let folder: string;
let outcome: Outcome;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oms-bad-outcome-'));
  const outcomes = await runScenarios([misdeeds], { seed: 7, long: false, say: () => undefined, evidence: folder });
  outcome = outcomes[0] as Outcome;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an order that was acknowledged and is not on record is a breach', () => {
  expect(outcome.breaches).toContain(`${lostId} was acknowledged and is not on record`);
});

test('an effect at a provider that no step of an order asked for is a breach', () => {
  expect(outcome.breaches.filter((breach) => breach.includes(stuckId)).join()).toContain('a-key-of-nobody');
});

test('an order that does not close in time is stuck', () => {
  expect(outcome.stuck).toEqual([expect.stringContaining(stuckId)]);
});

test('the outcome is bad, and the logs and the history of the order are kept', () => {
  expect(isGood(outcome)).toBe(false);
  const kept = readdirSync(join(folder, 'F0-7'));
  expect(kept).toEqual(expect.arrayContaining(['api.log', 'worker.log', 'postgres.log', 'temporal.log']));
  expect(kept.some((name) => name.startsWith(stuckId) && name.endsWith('.json'))).toBe(true);
});
