import { searchAttributes } from '../../workflows/shared/searchAttributes';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import { statementsOf } from '../support/statementsOf';

/** Payloads are base64 in it: without this a search would find nothing, whatever they hold. */
const decodePayloads = (json: string): string =>
  json.replace(/"data":"([A-Za-z0-9+/=]*)"/g, (_match, data: string) => Buffer.from(data, 'base64').toString('utf8'));

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('POST /v1/orders', () => {
  it('answers 201 with the order, its address and its version', async () => {
    const order = shopOrder({ metadata: { gift: 'yes' } });
    const reply = await api.channel.post('/v1/orders', { body: order, headers: newKey() });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      reference: order.reference,
      channel: 'web',
      status: 'received',
      paymentStatus: 'pending',
      fulfilmentStatus: 'unfulfilled',
      currency: 'EUR',
      totals: { items: 3998, shipping: 499, discount: 0, tax: 0, grand: 4497, paid: 0, refunded: 0 },
      customer: order.customer,
      shippingAddress: order.shippingAddress,
      lines: [{ sku: 'TSHIRT-BLK-M', name: 'T-shirt, black, M', quantity: 2, unitPrice: 1999, allocated: 0 }],
      allowedActions: ['cancel', 'hold', 'set_priority'],
      waitingFor: { what: 'stock_reservation', owner: 'system' },
      metadata: { gift: 'yes' },
      version: 1,
    });
    expect(reply.body.id).toMatch(/^ord_[0-9a-f]{32}$/);
    expect(reply.headers.get('location')).toBe(`/v1/orders/${reply.body.id}`);
    expect(reply.headers.get('etag')).toBe('"1"');
    expect(JSON.stringify(reply.body)).not.toContain('tok_ok');
  });

  it('answers what reading the order gives', async () => {
    const { body } = await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() });
    expect((await api.channel.get(`/v1/orders/${body.id}`)).body).toEqual(body);
  });

  it('starts one workflow, named by the order, with no personal data in what Temporal keeps', async () => {
    const order = shopOrder();
    const { body } = await api.channel.post('/v1/orders', {
      body: order,
      headers: { ...newKey(), 'x-request-id': 'shop-42' },
    });
    const handle = api.temporal.client.workflow.getHandle(body.id);
    const description = await handle.describe();
    expect(description.status.name).toBe('RUNNING');
    expect(description.taskQueue).toBe(api.config.TASK_QUEUE);
    expect(description.memo).toEqual({ requestId: 'shop-42' });
    expect(description.typedSearchAttributes.get(searchAttributes.reference)).toBe(order.reference);
    expect(await description.staticSummary()).toBe('web · 2 units · 44.97 EUR');
    expect(body.workflow).toEqual({ id: body.id, url: expect.stringContaining(`/workflows/${body.id}`) });
    const kept = decodePayloads(JSON.stringify([await handle.fetchHistory(), description.raw]));
    expect(kept).toContain('TSHIRT-BLK-M');
    for (const secret of ['ada@', 'Lovelace', 'Unter den Linden', '4930123456', 'tok_ok'])
      expect(kept).not.toContain(secret);
  });

  it('takes the request id, returns it and leaves it in the log and the first event', async () => {
    const headers = { ...newKey(), 'x-request-id': 'trace-me.1' };
    const { body, headers: answer } = await api.channel.post('/v1/orders', { body: shopOrder(), headers });
    expect(answer.get('x-request-id')).toBe('trace-me.1');
    const events = await api.channel.get(`/v1/orders/${body.id}/events`);
    expect(events.body.data[0]).toMatchObject({ type: 'order.received', data: { requestId: 'trace-me.1' } });
    expect(api.log).toContainEqual(
      expect.objectContaining({ requestId: 'trace-me.1', route: '/v1/orders', status: 201 }),
    );
  });

  it('makes a request id of its own where the given one is not fit for a log', async () => {
    const reply = await api.channel.get('/v1/orders', { headers: { 'x-request-id': 'a b"c' } });
    expect(reply.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('refuses an order without an Idempotency-Key with 400', async () => {
    const reply = await api.channel.post('/v1/orders', { body: shopOrder() });
    expect([reply.status, reply.body.code]).toEqual([400, 'idempotency_key_required']);
  });

  it('names each SKU that is not in the catalogue', async () => {
    const lines = ['TSHIRT-BLK-M', 'NO-SUCH', 'NOR-THIS'].map((sku) => ({ sku, quantity: 1, unitPrice: 100 }));
    const reply = await api.channel.post('/v1/orders', { body: shopOrder({ lines }), headers: newKey() });
    expect([reply.status, reply.body.code]).toEqual([422, 'invalid_request']);
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/lines/1/sku',
      '/lines/2/sku',
    ]);
  });

  it('points at each field that is wrong', async () => {
    const body = {
      ...shopOrder(),
      currency: 'EURO',
      colour: 'red',
      lines: [{ sku: 'A', quantity: 0, unitPrice: 1.5 }],
    };
    const reply = await api.channel.post('/v1/orders', { body, headers: newKey() });
    expect(reply.status).toBe(422);
    const pointers = reply.body.errors.map((error: { pointer: string }) => error.pointer).sort();
    expect(pointers).toEqual(['/colour', '/currency', '/lines/0/quantity', '/lines/0/unitPrice']);
  });

  it('gives the same order again for the same reference and body, and refuses another body with 409', async () => {
    const order = shopOrder();
    const first = await api.channel.post('/v1/orders', { body: order, headers: newKey() });
    const again = await api.channel.post('/v1/orders', { body: order, headers: newKey() });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    const other = await api.channel.post('/v1/orders', { body: { ...order, currency: 'USD' }, headers: newKey() });
    expect([other.status, other.body.code]).toEqual([409, 'reference_taken']);
  });

  it('lets two channels use the same reference', async () => {
    const order = shopOrder();
    const marketplace = await api.clientOf({ role: 'channel', channel: 'marketplace' });
    const replies = await Promise.all([
      api.channel.post('/v1/orders', { body: order, headers: newKey() }),
      marketplace.post('/v1/orders', { body: order, headers: newKey() }),
    ]);
    expect(replies.map((reply) => reply.status)).toEqual([201, 201]);
    expect(replies[1]?.body.channel).toBe('marketplace');
  });

  it('waits as long as Prefer says and not longer, and says so', async () => {
    const startedAt = Date.now();
    const headers = { ...newKey(), prefer: 'wait=1' };
    const reply = await api.channel.post('/v1/orders', { body: shopOrder(), headers });
    expect([reply.status, reply.body.status]).toEqual([201, 'received']);
    expect(reply.headers.get('preference-applied')).toBe('wait=1');
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000);
  });

  it('takes three statements of SQL', async () => {
    await api.channel.get('/v1/orders?limit=1');
    const statements = await statementsOf(api.database, () =>
      api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() }),
    );
    expect(statements).toHaveLength(3);
  });
});
