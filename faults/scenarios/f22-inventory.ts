import { setTimeout as sleep } from 'node:timers/promises';
import { NoAnswer } from '../system/createApiClient';
import type { Scenario } from '../scenario';
import type { World } from '../world';

const PLACES = ['berlin', 'rotterdam'];
const CARTS = 10;
const CART_SKU = 'SOCKS-3PK';
/** A cart is kept for a minute, the shortest there is; then Temporal ends it, or the sweeper within another one. */
const CARTS_END_WITHIN_MS = 150_000;

/** As an integration goes about it: the same key again until there is an answer. */
async function insist(world: World, path: string, name: string, body: object): Promise<Record<string, unknown>> {
  const { ops } = world.keys();
  return world.until(`${path} ${name} is answered`, async () => {
    const reply = await world.api
      .call('POST', path, { key: ops, body, headers: { 'idempotency-key': name } })
      .catch((error: unknown) => {
        if (error instanceof NoAnswer) return undefined;
        throw error;
      });
    if (reply === undefined || [409, 429, 503].includes(reply.status)) return undefined;
    if (reply.status >= 300) throw new Error(`answered ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  });
}

const breakSomething: ((world: World) => Promise<void>)[] = [
  async ({ mischief }) => mischief.untilReplaced('worker', mischief.signal('worker', 'SIGKILL')),
  async ({ mischief }) => mischief.untilReplaced('api', mischief.signal('api', 'SIGKILL')),
  async ({ system, random }) => {
    await system.temporal.end('SIGKILL');
    await sleep(random.int(0, 2_000));
    await system.temporal.ensureUp();
  },
  async ({ system, random }) => {
    await system.postgres.end('SIGQUIT');
    await sleep(random.int(200, 2_000));
    await system.postgres.ensureUp();
  },
];

/** Orders wait for stock, deliveries come in and carts run out while one part after the other dies: what is sold is what came. */
export const inventory: Scenario = {
  id: 'F22',
  title: 'backorders, deliveries and carts while one part after the other dies',
  short: true,
  settleMs: 240_000,
  async run(world) {
    const { random } = world;
    const sku = `F22-${random.int(1, 1_000_000)}`;
    const orders = world.long ? 60 : 12;
    await insist(world, '/v1/items', `${sku}-item`, { sku, name: 'Comes in later', shortage: 'backorder' });
    const carts: string[] = [];
    for (let n = 1; n <= CARTS; n += 1) {
      const lines = [{ sku: CART_SKU, quantity: random.int(1, 5) }];
      const made = await insist(world, '/v1/reservations', `${sku}-cart-${n}`, {
        owner: `${sku}-${n}`,
        lines,
        minutes: 1,
      });
      carts.push(String(made['id']));
    }
    const begun = Date.now();
    let wanted = 0;
    for (let n = 0; n < orders; n += 1) {
      const quantity = random.int(1, 4);
      wanted += quantity;
      await world.place({ lines: [{ sku, quantity, unitPrice: 1500 }] });
    }
    for (let came = 0, n = 1; came < wanted; n += 1) {
      const units = Math.min(random.int(1, 6), wanted - came);
      const fault = breakSomething[n % breakSomething.length];
      const breaking = n <= breakSomething.length * (world.long ? 4 : 1) ? fault?.(world) : undefined;
      await insist(world, '/v1/stock/adjustments', `${sku}-${n}`, {
        ...{ sku, location: random.pick(PLACES), delta: units, reason: 'received', document: `${sku}-${n}` },
      });
      await breaking;
      came += units;
    }
    world.note(`${orders} orders waited for ${wanted} units`);
    await world.until(
      'everything that came in is sold',
      async () => {
        const { body } = await world.ops('GET', `/v1/stock?sku=${sku}`);
        const levels = body?.['data'] as { onHand: number; available: number }[];
        return levels.every(({ available }) => available === 0) || undefined;
      },
      120_000,
    );
    await world.until(
      'every cart has ended',
      async () => {
        const seen = await Promise.all(carts.map((id) => world.ops('GET', `/v1/reservations/${id}`)));
        return seen.every(({ body }) => body?.['state'] === 'expired') || undefined;
      },
      CARTS_END_WITHIN_MS,
    );
    world.note(`the last of ${CARTS} carts had ended ${((Date.now() - begun) / 1000).toFixed(0)} s after it was made`);
  },
};
