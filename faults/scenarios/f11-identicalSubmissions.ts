import { bodyOf } from '../load/planOrder';
import type { Scenario } from '../scenario';

const AT_ONCE = 50;

/** One order is submitted by fifty callers in the same moment, and again in every way that is not quite the same. */
export const identicalSubmissions: Scenario = {
  id: 'F11',
  title: 'one order submitted fifty times at once',
  short: true,
  async run(world) {
    const { channel } = world.keys();
    for (let round = 1; round <= (world.long ? 10 : 3); round += 1) {
      const reference = `F11-${round}`;
      const body = bodyOf({ reference, lines: [{ sku: 'MUG-WHITE', quantity: 1, unitPrice: 900 }], token: 'tok_ok' });
      const submit = (key: string, changes: object = {}) =>
        world.api.call('POST', '/v1/orders', {
          key: channel,
          headers: { 'idempotency-key': key },
          body: { ...body, ...changes },
        });
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (;;) {
            const reply = await submit(reference);
            // The first of them has not ended: the caller is told to ask again.
            if (reply.status !== 409 || reply.headers['retry-after'] === undefined) return reply;
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
        }),
      );
      const ids = new Set(replies.map((reply) => String(reply.body?.['id'])));
      const statuses = [...new Set(replies.map(({ status }) => status))];
      const [id = ''] = ids;
      if (ids.size !== 1 || statuses.join() !== '201')
        world.breach(`${AT_ONCE} submissions gave orders ${[...ids].join(', ')} with ${statuses.join(', ')}`);
      const fresh = replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined);
      if (fresh.length !== 1) world.breach(`${fresh.length} submissions of ${AT_ONCE} say that they are the first`);
      world.acknowledge({ id, reference, story: 'plain' });

      const other = { shipping: { method: 'standard', price: 999 } };
      const [sameKey, sameReference, otherOrder] = await Promise.all([
        submit(reference, other),
        submit(`${reference}-b`),
        submit(`${reference}-c`, other),
      ]);
      if (sameKey.status !== 422) world.breach(`the same key with another body was answered ${sameKey.status}`);
      if (sameReference.status !== 200 || sameReference.body?.['id'] !== id)
        world.breach(`the same order under another key was answered ${sameReference.status}`);
      if (otherOrder.status !== 409) world.breach(`another order of this reference was answered ${otherOrder.status}`);
    }
  },
};
