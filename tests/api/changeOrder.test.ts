import { ServiceError } from '@temporalio/client';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';
import type { Reply } from '../support/contractClient';

let world: OrderWorld;
let api: TestApi;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 1_000);
  api = await startTestApi({ databaseUrl: world.databaseUrl, taskQueue: world.taskQueue });
}, 60_000);
afterAll(async () => {
  await api.close();
  await world.close();
});

const lines = [{ sku: 'SHIRT', quantity: 1, unitPrice: 1999 }];
const place = async (changes: Parameters<typeof shopOrder>[0] = {}): Promise<Reply> =>
  api.channel.post('/v1/orders', {
    body: shopOrder({ lines, ...changes }),
    headers: { ...newKey(), prefer: 'wait=10' },
  });
const placeId = async (changes?: Parameters<typeof shopOrder>[0]) => (await place(changes)).body.id;

describe('Prefer: wait', () => {
  it('waits for the first verdict and no longer', async () => {
    const startedAt = Date.now();
    const reply = await place();
    expect([reply.status, reply.body.status, reply.body.paymentStatus]).toEqual([201, 'ready_to_ship', 'authorized']);
    expect(reply.body.payments).toMatchObject([{ status: 'authorized', amount: 2498, authorized: 2498, captured: 0 }]);
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });

  it('answers with a rejected order where the stock does not suffice, and with its reason', async () => {
    const { status, body } = await place({ lines: [{ sku: 'SHIRT', quantity: 5_000, unitPrice: 1 }] });
    expect([status, body.status, body.allowedActions, body.waitingFor]).toEqual([201, 'rejected', [], null]);
    expect(body.statusReason).toEqual(expect.any(String));
  });

  it('is kept with its verdict for repeats', async () => {
    const call = { body: shopOrder({ lines }), headers: { ...newKey(), prefer: 'wait=10' } };
    const first = await api.channel.post('/v1/orders', call);
    const again = await api.channel.post('/v1/orders', call);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
  });
});

describe('the live status', () => {
  it('is asked of the workflow while the order is open, and read from Postgres when it is closed', async () => {
    const id = await placeId();
    const open = await api.channel.get(`/v1/orders/${id}/status`);
    expect(open.body).toMatchObject({ status: 'ready_to_ship', source: 'workflow', paymentStatus: 'authorized' });
    await api.channel.post(`/v1/orders/${id}/cancel`, { body: { reason: 'changed my mind' } });
    const closed = await api.channel.get(`/v1/orders/${id}/status`);
    expect(closed.body).toMatchObject({ status: 'cancelled', source: 'database', allowedActions: [] });
  });
});

describe('POST cancel, hold, release', () => {
  it('leaves a request with the order when Temporal throws away the task that it was in', async () => {
    const id = await placeId();
    const { workflow } = api.temporal.client;
    const handle = workflow.getHandle(id);
    const cause = Object.assign(new Error('unexpected workflow task failure'), { code: 9 });
    handle.executeUpdate = async () => Promise.reject(new ServiceError('Workflow Update failed', { cause }));
    const spy = jest.spyOn(workflow, 'getHandle').mockReturnValueOnce(handle);
    const reply = await api.ops.post(`/v1/orders/${id}/hold`, { body: { reason: 'check' } });
    spy.mockRestore();
    expect(reply.status).toBe(202);
    await world.until(id, 'on_hold');
  });

  it('answer with the order after the change', async () => {
    const id = await placeId();
    const held = await api.ops.post(`/v1/orders/${id}/hold`, {
      body: { reason: 'check the address', type: 'address' },
    });
    expect([held.status, held.body.status]).toEqual([200, 'on_hold']);
    expect(held.body.holds).toEqual([
      expect.objectContaining({ type: 'address', reason: 'check the address', placedBy: 'key:ops' }),
    ]);
    const released = await api.ops.post(`/v1/orders/${id}/release`);
    expect([released.status, released.body.status, released.body.holds]).toEqual([200, 'ready_to_ship', []]);
    const cancelled = await api.channel.post(`/v1/orders/${id}/cancel`, { body: { reason: 'changed my mind' } });
    expect([cancelled.status, cancelled.body.status, cancelled.body.paymentStatus]).toEqual([
      200,
      'cancelled',
      'voided',
    ]);
    expect(cancelled.body.lines[0]).toMatchObject({ cancelled: 1, allocated: 0 });
    expect(cancelled.headers.get('etag')).toBe(`"${cancelled.body.version}"`);
  });

  it('are refused with 409 and why where they are not possible', async () => {
    const id = await placeId();
    const release = await api.ops.post(`/v1/orders/${id}/release`, { body: {} });
    expect([release.status, release.body.code]).toEqual([409, 'illegal_transition']);
    expect(release.body.detail).toContain('no open hold');
    await api.channel.post(`/v1/orders/${id}/cancel`, { body: { reason: 'x' } });
    const cancel = await api.channel.post(`/v1/orders/${id}/cancel`, { body: { reason: 'x' } });
    expect([cancel.status, cancel.body.detail]).toEqual([409, 'cancel is not possible: the order is cancelled']);
    const pay = await api.channel.post(`/v1/orders/${id}/payments`, { body: { token: 'tok_ok' } });
    expect([pay.status, pay.body.code]).toEqual([409, 'illegal_transition']);
  });

  it('pass on what the workflow has against it', async () => {
    const id = await placeId();
    for (const reason of ['one', 'two']) await api.ops.post(`/v1/orders/${id}/hold`, { body: { reason } });
    const reply = await api.ops.post(`/v1/orders/${id}/release`, { body: {} });
    expect([reply.status, reply.body.code]).toEqual([409, 'illegal_transition']);
    expect(reply.body.detail).toContain('several holds are open');
  });

  it('with If-Match are refused with 412 when the order has changed since', async () => {
    const { body } = await place();
    // The booking of the parcel is the last change that the order makes by itself.
    await world.untilTold(body.id, 'shipment.booked');
    const etag = (await api.ops.get(`/v1/orders/${body.id}`)).headers.get('etag') ?? '';
    const change = (tag: string) =>
      api.ops.post(`/v1/orders/${body.id}/hold`, { body: { reason: 'x' }, headers: { 'if-match': tag } });
    expect((await change(etag)).status).toBe(200);
    const stale = await change(etag);
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    expect((await change('*')).status).toBe(200);
  });

  it('under one Idempotency-Key happen once, however often they are sent', async () => {
    const id = await placeId();
    const call = { body: { reason: 'once' }, headers: newKey() };
    const replies = await Promise.all(Array.from({ length: 10 }, () => api.ops.post(`/v1/orders/${id}/hold`, call)));
    for (const reply of replies) expect([200, 409]).toContain(reply.status);
    const again = await api.ops.post(`/v1/orders/${id}/hold`, call);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body.holds).toHaveLength(1);
    expect((await api.ops.get(`/v1/orders/${id}`)).body.holds).toHaveLength(1);
  });

  it('are two changes when they only share an x-request-id', async () => {
    const id = await placeId();
    for (let n = 0; n < 2; n += 1) {
      await api.ops.post(`/v1/orders/${id}/hold`, {
        body: { reason: 'again' },
        headers: { 'x-request-id': 'one-trace' },
      });
    }
    const { body } = await api.ops.get(`/v1/orders/${id}`);
    expect(body.holds).toHaveLength(2);
    const events = await api.ops.get(`/v1/orders/${id}/events`);
    expect(JSON.stringify(events.body.data)).toContain('one-trace');
  });
});

describe('POST payments', () => {
  it('pays a declined order by another token, which nothing shows or keeps in the history', async () => {
    const declined = await place({ token: 'tok_declined' });
    expect([declined.body.status, declined.body.paymentStatus]).toEqual(['awaiting_payment', 'failed']);
    expect(declined.body.waitingFor).toMatchObject({ what: 'customer_payment', owner: 'customer' });
    expect(declined.body.payments[0]).toMatchObject({ status: 'declined', declined: { code: expect.any(String) } });
    const { id } = declined.body;
    const reply = await api.channel.post(`/v1/orders/${id}/payments`, { body: { token: 'tok_ok' }, headers: newKey() });
    expect([reply.status, reply.body.status]).toEqual([200, 'ready_to_ship']);
    expect(reply.body.payments.map((payment) => payment.status)).toEqual(['declined', 'authorized']);
    const history = JSON.stringify(await world.handle(id).fetchHistory());
    for (const token of ['tok_ok', 'tok_declined']) {
      expect(JSON.stringify(reply.body)).not.toContain(token);
      expect(history).not.toContain(Buffer.from(token).toString('base64').slice(0, -3));
    }
  });
});

describe('an order whose workflow somebody has terminated', () => {
  it('is not changed, and its caller is asked to try again', async () => {
    const id = await placeId();
    await world.handle(id).terminate('by hand');
    const reply = await api.ops.post(`/v1/orders/${id}/hold`, { body: { reason: 'x' } });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '30']);
  });
});
