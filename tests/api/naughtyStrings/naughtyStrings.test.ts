import type { Route } from '../../../api/route';
import { routes } from '../../../api/routes';
import type { Reply } from '../../support/contractClient';
import { openShop, type Shop } from '../../support/shop';
import { newKey, shopOrder } from '../../support/shopOrder';
import blns from './blns.json';
import { bodyPlaces, fill } from './places';
import { expectNoFault, sendBytes } from '../../support/sendBytes';

/**
 * The big list of naughty strings (blns 2.0.4, by Max Woolf, MIT) in every place of every operation. A copy: the package runs git
 * in the tree it is installed into. What is added to it are texts that a program in JavaScript over Postgres and HTTP may trip on.
 */
const OURS = [
  '\0',
  'a\0b',
  '\ud800',
  'a\udfffb',
  '\ufeff',
  'a\r\nx-evil: 1',
  '%00',
  '..%2f',
  '..',
  '__proto__',
  'toString',
]
  .concat(['constructor', '1e400', '-0', '9007199254740993', '0000-00-00', '9999-12-31T23:59:60Z', 'x'.repeat(300)])
  .concat(['A\u030a', '\u00c5', '2026-11-24T00:00:00+14:00', '\u2028', '{"$ne": null}', 'a,b', '*', '"*"', 'W/"1"']);
const STRINGS = [...new Set([...blns, ...OURS])];
const AT_ONCE = 6;
/** Hundreds of requests in each test: seconds, but more of them where other tests run beside. */
jest.setTimeout(240_000);

let shop: Shop;
let closed: string;
beforeAll(async () => {
  shop = await openShop({ settings: { RATE_LIMIT_PER_MINUTE: '10000000' }, worker: false });
  const plenty = { sku: 'TSHIRT-BLK-M', location: 'berlin', delta: 10_000, reason: 'enough for all' };
  await shop.ops.post('/v1/stock/adjustments', { body: plenty });
  const worker = await shop.world.startWorker();
  const lines = [{ sku: 'TSHIRT-BLK-M', quantity: 99_999, unitPrice: 1 }];
  closed = (await shop.until(await shop.place({ lines }), 'rejected')).id;
  await worker.stop();
});
afterAll(() => shop.close());

/** Sound bodies, from which what a text is refused for is taken again. */
const SOUND: Record<string, () => object> = {
  submitOrder: () => shopOrder(),
  cancelOrder: () => ({ reason: 'x' }),
  holdOrder: () => ({ reason: 'x' }),
  releaseOrder: () => ({}),
  payOrder: () => ({ token: 'tok_ok' }),
  resolveOrder: () => ({ resolution: 'retry', note: 'x' }),
  adjustStock: () => ({ sku: 'TSHIRT-BLK-M', location: 'berlin', delta: 1, reason: 'x' }),
  createApiKey: () => ({ name: 'x', role: 'channel', channel: 'x' }),
  createPurchaseOrder: () => ({
    ...{ supplier: 'x', location: 'berlin', currency: 'EUR' },
    lines: [{ sku: 'TSHIRT-BLK-M', quantity: 1, unitCost: 1 }],
  }),
  saveReorderRule: () => ({ sku: 'TSHIRT-BLK-M', location: 'berlin', policy: { type: 'min_max', min: 1, max: 2 } }),
};
const pathOf = (route: Route): string => route.path.replace('{id}', closed).replace(/\{\w+\}/g, 'sandbox');

const forEachString = async (look: (text: string) => Promise<void>): Promise<void> => {
  const waiting = [...STRINGS];
  const work = async () => {
    for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
      try {
        await look(text);
      } catch (error) {
        throw new Error(`with ${JSON.stringify(text)}: ${(error as Error).message}`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};
const expectSound = (reply: Pick<Reply, 'status' | 'text'>): void => {
  if (reply.status >= 500) throw new Error(`answered with ${reply.status}: ${reply.text}`);
};

/**
 * Has the text in all the places at once, and takes it away from those that it is refused for, until the request is sound: so
 * no place that would fail hides behind one that is refused before it. @returns the last reply, and the places left.
 */
async function narrow(
  places: readonly string[],
  send: (places: ReadonlySet<string>) => Promise<Reply>,
): Promise<{ reply: Reply; left: Set<string> }> {
  const left = new Set(places);
  for (;;) {
    const reply = await send(left);
    expectSound(reply);
    if (reply.status !== 422) return { reply, left };
    const refused = (reply.body.errors ?? []).map(({ pointer }) => pointer);
    const taken = [...left].filter((place) =>
      refused.some(
        (pointer) => place === pointer || place.startsWith(`${pointer}/`) || pointer.startsWith(`${place}/`),
      ),
    );
    if (taken.length === 0) throw new Error(`refused for what was sound: ${reply.text}`);
    for (const place of taken) left.delete(place);
  }
}

describe('a naughty text', () => {
  const taking = routes.filter((route) => route.bodyKind === 'json');
  const withBodies = taking.filter((route) => bodyPlaces(route).length > 0);
  const withEmptyBodies = taking.filter((route) => bodyPlaces(route).length === 0);
  test.each(withBodies.filter(({ name }) => name !== 'submitOrder').map((route) => [route.name, route] as const))(
    'in each place of the body of %s is taken or refused, and never a fault of ours',
    async (name, route) => {
      const places = bodyPlaces(route);
      const sound = SOUND[name];
      await forEachString(async (text) => {
        const send = (chosen: ReadonlySet<string>) =>
          shop.api.admin.post(pathOf(route), { body: fill(sound?.() ?? {}, chosen, text) });
        if (sound === undefined) expectSound(await send(new Set(places)));
        else await narrow(places, send);
      });
    },
  );

  test.each(withEmptyBodies.map((route) => [route.name, route] as const))(
    'as a member of the body of %s, which has none, is refused, and never a fault of ours',
    async (_name, route) => {
      await forEachString(async (text) => {
        const reply = await shop.api.admin.post(pathOf(route), { body: { [text]: text } });
        expectSound(reply);
        expect(reply.status).toBeGreaterThanOrEqual(400);
      });
    },
  );

  test('in each place of an order is taken and given back as it was, or refused', async () => {
    const submit = routes.find(({ name }) => name === 'submitOrder') as Route;
    let kept = 0;
    await forEachString(async (text) => {
      const sound = shopOrder();
      const { reply, left } = await narrow(bodyPlaces(submit), (chosen) =>
        shop.channel.post('/v1/orders', { body: fill(sound, chosen, text), headers: newKey() }),
      );
      if (reply.status === 409 && left.has('/reference')) return;
      expect(reply.status).toBe(201);
      const { body: read } = await shop.channel.get(`/v1/orders/${reply.body.id}`);
      for (const place of left) {
        if (place === '/payment/token') continue;
        const value = place
          .split('/')
          .slice(1)
          .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], read);
        expect([place, value]).toEqual([place, place.startsWith('/metadata') ? text : text.trim()]);
        kept += 1;
      }
    });
    expect(kept).toBeGreaterThan(STRINGS.length);
  });

  test('in an order is carried through to a parcel and a mail', async () => {
    const worker = await shop.world.startWorker();
    const count = async (where: string): Promise<number> => {
      const { rows } = await shop.world.database.raw<{ rows: [{ count: number }] }>(
        `SELECT count(*)::int AS count FROM orders WHERE id <> ? AND ${where}`,
        [closed],
      );
      return rows[0].count;
    };
    while (
      (await count(`NOT EXISTS
      (SELECT FROM notifications n WHERE n.order_id = orders.id AND n.sent_at IS NOT NULL)`)) > 0
    )
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await count(`status NOT IN ('ready_to_ship', 'awaiting_payment')`)).toBe(0);
    expect(await count(`status = 'ready_to_ship'`)).toBeGreaterThan(400);
    await worker.stop();
  });

  test.each(routes.filter(({ query }) => query !== undefined).map((route) => [route.name, route] as const))(
    'in each parameter of the query of %s is taken or refused',
    async (_name, route) => {
      const places = Object.keys(route.query?.shape ?? {});
      await forEachString(async (text) => {
        await narrow(places, (chosen) => {
          const query = new URLSearchParams({
            ...(places.includes('limit') && { limit: '1' }),
            ...(places.includes('sku') && !places.includes('limit') && { sku: 'TSHIRT-BLK-M' }),
            ...Object.fromEntries([...chosen].map((name) => [name, text])),
          });
          return shop.api.admin.get(`${pathOf(route)}?${query.toString()}`);
        });
      });
    },
  );

  const addressed = routes.filter(({ path }) => path.includes('{'));
  test.each(addressed.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'in the address of %s names nothing, or is refused',
    async (_name, { method, path }) => {
      await forEachString(async (text) => {
        const named = path.replace(/\{\w+\}/g, () => encodeURIComponent(text.toWellFormed()));
        await sendHead(method, named, {});
      });
    },
  );

  test.each([
    ['authorization', 'GET', '/v1/orders?limit=1'],
    ['x-request-id', 'GET', '/v1/orders?limit=1'],
    ['accept', 'GET', '/v1/events?limit=1'],
    ['accept-encoding', 'GET', '/v1/orders?limit=1'],
    ['last-event-id', 'GET', '/v1/events?limit=1'],
    ['if-none-match', 'GET', '/v1/orders/{id}'],
    ['host', 'GET', '/v1/orders?limit=1'],
    ['if-match', 'POST', '/v1/orders/{id}/cancel'],
    ['idempotency-key', 'POST', '/v1/orders/{id}/cancel'],
    ['prefer', 'POST', '/v1/orders'],
    ['content-type', 'POST', '/v1/orders'],
    ['content-encoding', 'POST', '/v1/orders'],
    ['content-length', 'POST', '/v1/orders'],
    ['transfer-encoding', 'POST', '/v1/orders'],
    ['expect', 'POST', '/v1/orders'],
    ['webhook-id', 'POST', '/v1/callbacks/carriers/sandbox'],
    ['webhook-timestamp', 'POST', '/v1/callbacks/carriers/sandbox'],
    ['webhook-signature', 'POST', '/v1/callbacks/carriers/sandbox'],
  ])('as the header %s of %s %s is taken or refused', async (name, method, path) => {
    await forEachString((text) => sendHead(method, path.replace('{id}', closed), { [name]: text }));
  });
});

/** Headers that HTTP itself has no room for are refused too, so they are sent as they are, but for the end of their line. */
async function sendHead(method: string, path: string, changes: Record<string, string>): Promise<void> {
  const body = method.toUpperCase() === 'POST' ? '{}' : '';
  const headers = {
    host: 'x',
    connection: 'close',
    authorization: `Bearer ${shop.api.secrets.admin}`,
    ...(body !== '' && { 'content-type': 'application/json' }),
    ...(body !== '' && !('transfer-encoding' in changes) && { 'content-length': String(body.length) }),
    ...changes,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, '')}\r\n`);
  const head = `${method.toUpperCase()} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  // With more said to come than comes, the server would wait for it.
  const replies = await sendBytes(shop.api.url, `${head}${body}`, { saysNoMore: 'content-length' in changes });
  if (replies.length > 0 || !('content-length' in changes)) expectNoFault(replies);
}
