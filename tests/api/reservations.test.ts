import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

let carts = 0;
const cart = (changes: object = {}) => ({
  owner: `cart-${(carts += 1)}`,
  lines: [{ sku: 'POSTER-LTD', quantity: 1 }],
  ...changes,
});
const reserve = (body: object, more: object = {}) => api.channel.post('/v1/reservations', { body, ...more });
const reserved = async () => (await api.ops.get('/v1/stock?sku=POSTER-LTD')).body.data[0]?.['reserved'];

describe('a reservation', () => {
  it('keeps units for a cart, is read and extended by its channel, and given back', async () => {
    const made = await reserve(cart({ minutes: 5, country: 'DE' }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ channel: 'web', state: 'active', orderId: null, endedAt: null });
    expect(await reserved()).toBe(1);
    const path = `/v1/reservations/${String(made.body.id)}`;
    expect((await api.channel.get(path)).body).toEqual(made.body);
    const extended = await api.channel.post(`${path}/extend`, { body: { minutes: 60 } });
    expect(Date.parse(String(extended.body['expiresAt'])) - Date.now()).toBeGreaterThan(59 * 60_000);
    const shortened = await api.channel.post(`${path}/extend`, { body: { minutes: 1 } });
    expect(shortened.body['expiresAt']).toBe(extended.body['expiresAt']);
    for (const _repeat of [1, 2]) {
      const released = await api.channel.post(`${path}/release`, { body: {} });
      expect([released.status, released.body['state']]).toEqual([200, 'released']);
    }
    expect(await reserved()).toBe(0);
    const late = await api.channel.post(`${path}/extend`, { body: { minutes: 5 } });
    expect([late.status, late.body['code']]).toEqual([409, 'illegal_transition']);
  });

  it('is not there for another channel', async () => {
    const { body } = await reserve(cart());
    const other = await api.clientOf({ role: 'channel', channel: 'pos' });
    const path = `/v1/reservations/${String(body.id)}`;
    expect((await other.get(path)).status).toBe(404);
    expect((await other.post(`${path}/release`, { body: {} })).status).toBe(404);
    expect((await other.post(`${path}/extend`, { body: { minutes: 5 } })).status).toBe(404);
    expect((await api.ops.get(path)).status).toBe(200);
    await api.ops.post(`${path}/release`, { body: {} });
  });

  it('asked for twice under one Idempotency-Key is made once', async () => {
    const body = cart();
    const headers = { 'Idempotency-Key': 'reserve-once' };
    const [first, second] = [await reserve(body, { headers }), await reserve(body, { headers })];
    expect(second.body).toEqual(first.body);
    expect(await reserved()).toBe(1);
    const again = await reserve(body);
    expect([again.status, again.body['code']]).toEqual([409, 'already_exists']);
    await api.channel.post(`/v1/reservations/${String(first.body.id)}/release`, { body: {} });
  });

  it('of many carts at once, each under a key of its own: every unit goes to one of them, and the others hear that there is none', async () => {
    await api.ops.post('/v1/stock/adjustments', {
      body: { sku: 'CAP-NAVY', location: 'berlin', setTo: 8, reason: 'count' },
    });
    await api.ops.post('/v1/stock/adjustments', {
      body: { sku: 'CAP-NAVY', location: 'madrid', setTo: 0, reason: 'count' },
    });
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        reserve(cart({ lines: [{ sku: 'CAP-NAVY', quantity: 1 }] }), { headers: { 'Idempotency-Key': `many-${n}` } }),
      ),
    );
    const outcomes = replies.map(({ status, body }) => (status === 201 ? 'kept' : String(body['code'])));
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(8);
    expect(new Set(outcomes)).toEqual(new Set(['kept', 'stock_conflict']));
  });

  it('of more than there is says how much there is', async () => {
    const reply = await reserve(cart({ lines: [{ sku: 'POSTER-LTD', quantity: 6 }] }));
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      code: 'stock_conflict',
      errors: [{ pointer: '/lines/0/quantity', message: '6 wanted, 5 available' }],
    });
  });

  it('of what no catalogue has is refused as bad input', async () => {
    const reply = await reserve(cart({ lines: [{ sku: 'NO-SUCH', quantity: 1 }] }));
    expect([reply.status, reply.body['code']]).toEqual([422, 'invalid_request']);
  });

  it('that is not one is refused when an order names it', async () => {
    const body = {
      ...{ reference: 'R-1', currency: 'EUR', customer: { email: 'a@example.com', name: 'A' } },
      shippingAddress: { name: 'A', line1: '1', city: 'B', postalCode: '1', country: 'DE' },
      lines: [{ sku: 'POSTER-LTD', quantity: 1, unitPrice: 100 }],
      ...{ shipping: { method: 'standard', price: 0 }, payment: { method: 'card', token: 'tok_ok' } },
      reservationId: `rsv_${'0'.repeat(32)}`,
    };
    const reply = await api.channel.post('/v1/orders', { body, headers: { 'Idempotency-Key': 'r-1' } });
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ errors: [{ pointer: '/reservationId' }] });
    const { body: made } = await reserve(cart());
    const taken = await api.channel.post('/v1/orders', {
      body: { ...body, reservationId: made.id },
      headers: { 'Idempotency-Key': 'r-2' },
    });
    expect(taken.status).toBe(201);
  });
});
