import { createServer, connect, type Server, type Socket } from 'node:net';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import { createTestDatabase } from '../support/database';
import { temporalAddress } from '../support/temporal';

/** A door to a server that can be shut and opened again. */
interface Door {
  address: string;
  shut(): void;
  open(): void;
  close(): void;
}

async function makeDoor(target: string): Promise<Door> {
  const [host = '', port] = target.split(':');
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server: Server = createServer((client) => {
    if (!isOpen) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()).on('close', () => (sockets.delete(from), to.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as { port: number };
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    address: `127.0.0.1:${own}`,
    shut: () => ((isOpen = false), cut()),
    open: () => void (isOpen = true),
    close: () => (cut(), void server.close()),
  };
}

const submit = (api: TestApi, body = shopOrder(), headers = newKey()) =>
  api.channel.post('/v1/orders', { body, headers });
const eventually = async (check: () => Promise<boolean>, limitMs = 10_000): Promise<void> => {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not so after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describe('while Temporal is away', () => {
  let door: Door;
  let api: TestApi;
  beforeAll(async () => {
    door = await makeDoor(temporalAddress());
    api = await startTestApi({ settings: { TEMPORAL_ADDRESS: door.address } });
  });
  afterAll(async () => {
    await api.close();
    door.close();
  });

  it('orders are taken with 202, quickly after the first ones; all else works again as soon as it is back', async () => {
    const before = (await submit(api)).body;
    door.shut();
    const first = await submit(api);
    expect([first.status, first.body.status]).toEqual([202, 'received']);
    expect(first.body.detail).toContain('Temporal');
    const startedAt = Date.now();
    const headers = newKey();
    const order = shopOrder();
    const second = await submit(api, order, headers);
    expect(second.status).toBe(202);
    expect(Date.now() - startedAt).toBeLessThan(500);
    expect((await submit(api, order, headers)).headers.get('idempotency-replayed')).toBe('true');

    const hold = (id: string) => api.ops.post(`/v1/orders/${id}/hold`, { body: { reason: 'x' }, headers });
    const refused = await hold(before.id);
    expect([refused.status, refused.body.code]).toEqual([503, 'dependency_unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await hold(second.body.id)).status).toBe(503);
    expect((await api.channel.get(`/v1/orders/${before.id}/status`)).body.source).toBe('database');
    expect((await api.nobody.get('/readyz')).body).toMatchObject({ status: 'degraded', checks: { temporal: 'down' } });
    expect((await api.nobody.get('/healthz')).status).toBe(200);

    door.open();
    await eventually(async () => (await submit(api)).status === 201);
    // Nobody has started this order yet: a change of it does.
    expect((await hold(second.body.id)).status).toBe(202);
    expect((await api.temporal.client.workflow.getHandle(second.body.id).describe()).status.name).toBe('RUNNING');
    expect((await api.nobody.get('/readyz')).body.status).toBe('ready');
  }, 60_000);
});

describe('while Postgres is away', () => {
  it('everything that needs it is answered with 503 and Retry-After, and works again when it is back', async () => {
    const database = await createTestDatabase();
    const url = new URL(database.url);
    const door = await makeDoor(url.host);
    url.host = door.address;
    const api = await startTestApi({ databaseUrl: url.href });
    try {
      const order = shopOrder();
      const headers = newKey();
      const { id } = (await submit(api, order, headers)).body;
      door.shut();
      const replies = await Promise.all([
        submit(api),
        submit(api, order, headers),
        api.channel.get('/v1/orders'),
        api.channel.get(`/v1/orders/${id}`),
        api.ops.post(`/v1/orders/${id}/hold`, { body: { reason: 'x' } }),
        api.ops.get('/v1/stock'),
        api.channel.get('/v1/events', { headers: { accept: 'text/event-stream' } }),
      ]);
      for (const reply of replies) {
        expect([reply.status, reply.body.code]).toEqual([503, 'dependency_unavailable']);
        expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const ready = await api.nobody.get('/readyz');
      expect([ready.status, ready.body]).toMatchObject([503, { status: 'not_ready', checks: { database: 'down' } }]);
      expect((await api.nobody.get('/healthz')).status).toBe(200);

      door.open();
      await eventually(async () => (await api.nobody.get('/readyz')).status === 200);
      expect((await submit(api, order, headers)).body.id).toBe(id);
      expect((await submit(api)).status).toBe(201);
    } finally {
      await api.close();
      door.close();
      await database.drop();
    }
  }, 60_000);
});
