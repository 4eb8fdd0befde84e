import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf } from '../load/planOrder';
import type { Scenario } from '../scenario';

/** A revoked key is refused within five seconds. */
const REVOKED_WITHIN_MS = 5_500;

/** A channel gets a new key and the old one is revoked, with orders coming all the while: no request is refused. */
export const keyRotation: Scenario = {
  id: 'F20',
  title: 'an API key is replaced under load',
  short: false,
  async run(world) {
    const { admin, ops } = world.keys();
    const asAdmin = (method: string, path: string, body?: object) =>
      world.direct.call(method, path, { key: admin, ...(body ? { body } : {}) });
    const make = async (name: string): Promise<{ id: string; key: string }> => {
      const { status, body } = await asAdmin('POST', '/v1/keys', { name, role: 'channel', channel: 'web' });
      if (status !== 201) throw new Error(`no key was made: ${status}`);
      return body as { id: string; key: string };
    };
    let current = await make('faults 0');
    const load = world.load({ perSecond: 6, most: 1_000, keys: () => ({ channel: current.key, ops }) });
    const rounds = world.long ? 5 : 1;
    for (let round = 1; round <= rounds; round += 1) {
      await load.untilAcknowledged(load.acknowledged.length + 10);
      const old = current;
      const reference = `F20-across-${round}`;
      const body = bodyOf({ reference, lines: [{ sku: 'MUG-WHITE', quantity: 1, unitPrice: 900 }], token: 'tok_ok' });
      const submit = (key: string) =>
        world.api.call('POST', '/v1/orders', { key, body, headers: { 'idempotency-key': reference } });
      const first = await submit(old.key);
      const id = String(first.body?.['id']);
      world.acknowledge({ id, reference, story: 'plain' });

      current = await make(`faults ${round}`);
      // Requests under way still carry the old one.
      await sleep(3_000);
      await asAdmin('DELETE', `/v1/keys/${old.id}`);
      await sleep(REVOKED_WITHIN_MS);
      const refused = await submit(old.key);
      if (refused.status !== 401) world.breach(`a revoked key was answered ${refused.status}`);
      const again = await submit(current.key);
      if (again.body?.['id'] !== id) world.breach(`the same order under the new key was answered ${again.status}`);
      const seen = await world.api.call('GET', `/v1/orders/${id}`, { key: current.key });
      if (seen.status !== 200) world.breach(`an order of the channel was answered ${seen.status} to its new key`);
    }
    load.stop();
    await load.end(60_000);
    const odd = load.replies.filter((reply) => reply !== 201 && reply !== 202);
    if (odd.length > 0) world.breach(`${odd.length} submissions were answered ${[...new Set(odd)].join(', ')}`);
    world.note(`${rounds} ${rounds === 1 ? 'key' : 'keys'} replaced, ${load.replies.length} submissions`);
  },
};
