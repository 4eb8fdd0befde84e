import { purgeIdempotencyKeys } from '../../db/idempotency';
import type { Reply } from '../support/contractClient';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const submit = (body: unknown, headers: Record<string, string>) => api.channel.post('/v1/orders', { body, headers });
const countOrders = async (reference: string): Promise<number> =>
  (await api.channel.get(`/v1/orders?reference=${reference}`)).body.data.length;
const tally = (replies: Reply[]) =>
  Object.fromEntries(
    [...new Set(replies.map((reply) => reply.status))]
      .sort()
      .map((status) => [status, replies.filter((reply) => reply.status === status).length]),
  );

/** As if the process had died after the order was recorded and before its answer was kept. */
const forgetAnswer = (key: string, seconds: number) =>
  api.database.raw(
    `UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL, locked_until = now() + ? * interval '1 second' WHERE key = ?`,
    [seconds, key],
  );

describe('a repeated submission', () => {
  it('gets status and body of the first answer, byte for byte, and is marked as a replay', async () => {
    const order = shopOrder({ metadata: { z: '1', a: '2' } });
    const headers = newKey();
    const first = await submit(order, headers);
    const again = await submit(order, headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect([again.headers.get('location'), again.headers.get('etag')]).toEqual([first.headers.get('location'), '"1"']);
  });

  it('is the same request whatever the order of the fields', async () => {
    const order = shopOrder();
    const headers = newKey();
    await submit(order, headers);
    const again = await submit(Object.fromEntries(Object.entries(order).reverse()), headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  });

  it('is refused with 422 where the body is another', async () => {
    const order = shopOrder();
    const headers = newKey();
    await submit(order, headers);
    const other = await submit({ ...order, reference: `${order.reference}-b` }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await countOrders(`${order.reference}-b`)).toBe(0);
  });

  it('makes one order of 50 that come at the same time', async () => {
    const order = shopOrder();
    const headers = newKey();
    const replies = await Promise.all(Array.from({ length: 50 }, () => submit(order, headers)));
    expect(await countOrders(order.reference)).toBe(1);
    for (const reply of replies) {
      expect([201, 409]).toContain(reply.status);
      if (reply.status === 409)
        expect([reply.body.code, reply.headers.get('retry-after')]).toEqual(['request_in_progress', '1']);
    }
    expect(new Set(replies.filter((reply) => reply.status === 201).map((reply) => reply.body.id)).size).toBe(1);
  });

  it('makes one order of 50 that come at the same time under keys of their own', async () => {
    const order = shopOrder();
    const replies = await Promise.all(Array.from({ length: 50 }, () => submit(order, newKey())));
    expect(tally(replies)).toEqual({ 200: 49, 201: 1 });
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  });

  it('never makes two orders of one key, even of different bodies at the same time', async () => {
    const headers = newKey();
    const orders = Array.from({ length: 20 }, () => shopOrder());
    const replies = await Promise.all(orders.map((order) => submit(order, headers)));
    expect(tally(replies)).toEqual({ 201: 1, 422: 19 });
    const counts = await Promise.all(orders.map((order) => countOrders(order.reference)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
  });

  it('is told to wait while the first one runs, and gets the order after it died', async () => {
    const order = shopOrder();
    const headers = newKey();
    const first = await submit(order, headers);
    await forgetAnswer(headers['idempotency-key'], 20);
    const early = await submit(order, headers);
    expect([early.status, early.body.code]).toEqual([409, 'request_in_progress']);

    await forgetAnswer(headers['idempotency-key'], -1);
    const late = await Promise.all(Array.from({ length: 10 }, () => submit(order, headers)));
    expect(late.filter((reply) => reply.status === 201).length).toBeGreaterThan(0);
    for (const reply of late) expect([201, 409]).toContain(reply.status);
    const settled = await submit(order, headers);
    expect([settled.status, settled.body.id]).toEqual([201, first.body.id]);
    expect(settled.headers.get('idempotency-replayed')).toBe('true');
  });

  it('may be mended and sent again under the same key where it was not valid', async () => {
    const order = shopOrder();
    const headers = newKey();
    const lines = [{ sku: 'NO-SUCH', quantity: 1, unitPrice: 1 }];
    expect((await submit({ ...order, lines }, headers)).status).toBe(422);
    expect((await submit(order, headers)).status).toBe(201);
  });

  it('gets its refusal again where another order has the reference', async () => {
    const order = shopOrder();
    await submit(order, newKey());
    const headers = newKey();
    const first = await submit({ ...order, currency: 'USD' }, headers);
    const again = await submit({ ...order, currency: 'USD' }, headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([409, 'true']);
    expect(again.headers.get('content-type')).toBe('application/problem+json');
    expect(again.body).toEqual(first.body);
  });

  it.each(['', 'a b', 'ä'.repeat(3), 'x'.repeat(256)])('is refused under the key %j', async (key) => {
    const headers = { 'idempotency-key': encodeURI(key) === key ? key : Buffer.from(key).toString('latin1') };
    const reply = await submit(shopOrder(), headers);
    expect([400, 422]).toContain(reply.status);
  });

  it('is kept apart from the same key of another caller', async () => {
    const other = await api.clientOf({ role: 'channel', channel: 'other-shop' });
    const order = shopOrder();
    const headers = newKey();
    const replies = [await submit(order, headers), await other.post('/v1/orders', { body: order, headers })];
    expect(replies.map((reply) => reply.status)).toEqual([201, 201]);
    expect(replies[0]?.body.id).not.toBe(replies[1]?.body.id);
  });

  it('leaves no personal data with the kept answers, and no answer after 30 days', async () => {
    const headers = newKey();
    await submit(shopOrder(), headers);
    const { rows } = await api.database.raw<{ rows: [{ all: string }] }>(
      "SELECT string_agg(k::text, '') AS all FROM idempotency_keys k",
    );
    expect(rows[0].all).not.toMatch(/ada@example|Lovelace|Unter den Linden|tok_ok/);
    await api.database.raw(`UPDATE idempotency_keys SET created_at = now() - interval '31 days' WHERE key = ?`, [
      headers['idempotency-key'],
    ]);
    expect(await purgeIdempotencyKeys(api.database)).toBe(1);
  });
});

describe('an Idempotency-Key on another POST', () => {
  const adjust = (body: object, headers: Record<string, string>) =>
    api.ops.post('/v1/stock/adjustments', { body, headers });
  const change = { sku: 'MUG-WHITE', location: 'berlin', delta: 7, reason: 'found' };

  it('has a change made once, by many at the same time as well', async () => {
    const before = (await api.ops.get('/v1/stock?sku=MUG-WHITE&location=berlin')).body.data[0]?.onHand ?? 0;
    const headers = newKey();
    const replies = await Promise.all(Array.from({ length: 20 }, () => adjust(change, headers)));
    for (const reply of replies) expect([200, 409]).toContain(reply.status);
    const again = await adjust(change, headers);
    expect([again.status, again.body.onHand, again.headers.get('idempotency-replayed')]).toEqual([
      200,
      before + 7,
      'true',
    ]);
    expect((await adjust({ ...change, delta: 8 }, headers)).body.code).toBe('idempotency_key_reused');
  });

  it('does not count for another address', async () => {
    const headers = newKey();
    expect((await adjust(change, headers)).status).toBe(200);
    const key = await api.admin.post('/v1/keys', { body: { name: 'a', role: 'channel', channel: 'a' }, headers });
    expect(key.status).toBe(201);
  });

  it('does not keep an API key, which is shown once', async () => {
    const headers = newKey();
    const body = { name: 'till 5', role: 'channel', channel: 'pos' };
    const first = await api.admin.post('/v1/keys', { body, headers });
    const again = await api.admin.post('/v1/keys', { body, headers });
    expect(first.body.key).toMatch(/^oms_channel_[0-9a-f]{48}$/);
    expect([again.status, again.body]).toEqual([201, { ...first.body, key: null }]);
    const { rows } = await api.database.raw<{ rows: [{ all: string }] }>(
      "SELECT string_agg(k::text, '') AS all FROM idempotency_keys k",
    );
    expect(rows[0].all).not.toContain(first.body.key);
  });
});
