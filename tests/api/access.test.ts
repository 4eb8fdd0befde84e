import { routes } from '../../api/routes';
import { roleMay, ROLES } from '../../domain/auth';
import { createContractClient, type ContractClient, type Reply } from '../support/contractClient';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
let orderId: string;
beforeAll(async () => {
  api = await startTestApi();
  orderId = (await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() })).body.id;
});
afterAll(() => api.close());

const guarded = routes.filter((route) => route.permission !== 'public');
/** Nothing it could do: no such order or key, and a body that no schema takes. */
const probe = (client: ContractClient, route: (typeof routes)[number]): Promise<Reply> => {
  const path = route.path.replace(
    '{id}',
    route.path.includes('/keys/') ? `key_${'0'.repeat(32)}` : `ord_${'0'.repeat(32)}`,
  );
  const method = route.method.toUpperCase();
  return client.send(method, path, route.method === 'post' ? { body: { nonsense: true }, headers: newKey() } : {});
};

describe('each role on each route', () => {
  it.each(guarded.flatMap((route) => ROLES.map((role) => ({ name: route.name, role, route }))))(
    '$role: $name',
    async ({ role, route }) => {
      if (route.permission === 'public') return;
      const reply = await probe(api[role], route);
      // 415: a route that takes files got JSON.
      if (roleMay(role, route.permission)) expect([200, 404, 415, 422]).toContain(reply.status);
      else expect([reply.status, reply.body.code]).toEqual([403, 'forbidden']);
    },
  );

  it.each(guarded)('nobody, and a wrong key: $name', async (route) => {
    for (const client of [api.nobody, createContractClient(api.url, 'oms_ops_0000')]) {
      const reply = await probe(client, route);
      expect([reply.status, reply.body.code, reply.headers.get('www-authenticate')]).toEqual([
        401,
        'unauthenticated',
        'Bearer',
      ]);
    }
  });
});

describe('another channel’s order', () => {
  const perOrder = guarded.filter((route) => route.path.startsWith('/v1/orders/{id}'));
  const BODIES: Record<string, object> = {
    cancelOrder: { reason: 'x' },
    payOrder: { token: 'tok_ok' },
    decideBackorder: { choice: 'wait' },
  };

  it.each(perOrder.filter((route) => route.permission !== 'public' && roleMay('channel', route.permission)))(
    'is not there: $name',
    async (route) => {
      const stranger = await api.clientOf({ role: 'channel', channel: 'stranger' });
      const body = BODIES[route.name];
      const call = body === undefined ? {} : { body };
      const reply = await stranger.send(route.method.toUpperCase(), route.path.replace('{id}', orderId), call);
      expect([reply.status, reply.body.code]).toEqual([404, 'not_found']);
    },
  );
});

describe('API keys', () => {
  it('are made, listed without their secret, and refused soon after they are revoked', async () => {
    const made = await api.admin.post('/v1/keys', { body: { name: 'till 1', role: 'channel', channel: 'pos' } });
    const { key, ...shown } = made.body;
    const client = createContractClient(api.url, key);
    expect((await client.get('/v1/orders')).status).toBe(200);
    const listed = (await api.admin.get('/v1/keys?limit=200')).body.data;
    expect(listed).toContainEqual(shown);
    expect(JSON.stringify(listed)).not.toContain(key);

    expect((await api.admin.delete(`/v1/keys/${shown.id}`)).status).toBe(204);
    const deadline = Date.now() + 10_000;
    let status = 200;
    while (status === 200 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ({ status } = await client.get('/v1/orders'));
    }
    expect(status).toBe(401);
  }, 20_000);

  it('can not revoke themselves', async () => {
    const keys = (await api.admin.get('/v1/keys')).body.data as { id: string; role: string }[];
    const own = keys.find((key) => key.role === 'admin');
    const reply = await api.admin.delete(`/v1/keys/${own?.id}`);
    expect([reply.status, reply.body.code]).toEqual([409, 'illegal_transition']);
    expect((await api.admin.delete(`/v1/keys/key_${'0'.repeat(32)}`)).status).toBe(404);
  });

  it('never stand in the log', () => {
    const log = JSON.stringify(api.log);
    for (const secret of Object.values(api.secrets)) expect(log).not.toContain(secret);
  });
});

describe('the rate limit', () => {
  it('is told with each answer, holds for each key by itself, and is lifted after Retry-After', async () => {
    const small = await startTestApi({ settings: { RATE_LIMIT_PER_MINUTE: '3' } });
    try {
      const replies = [];
      for (let i = 0; i < 5; i += 1) replies.push(await small.channel.get('/v1/orders'));
      expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 429, 429]);
      expect(replies[0]?.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
      expect(replies[2]?.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
      expect(replies[3]?.body.code).toBe('rate_limited');
      expect(Number(replies[3]?.headers.get('retry-after'))).toBeGreaterThan(50);
      expect((await small.ops.get('/v1/orders')).status).toBe(200);
    } finally {
      await small.close();
    }
  });
});
