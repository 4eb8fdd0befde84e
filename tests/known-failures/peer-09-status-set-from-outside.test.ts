/**
 * Temporal's reference order system (peers 4.9): the routes by which its own workflows write to the list are open on the public
 * port: anybody marks any order completed, in the list and in the statistics.
 * Here: a status is derived from facts and no route sets it. Who may act is checked on each route, what carriers say has to be
 * signed by them, and the database itself refuses a step that the life of an order does not have.
 */
import { shipmentId } from '../../domain/ids';
import { signCallback } from '../../sandbox/carrier/signCallback';
import { newKey, shopOrder } from '../support/shopOrder';
import { openShop, type Shop } from '../support/shop';
import { WEBHOOK_SECRET } from '../support/testApi';

let shop: Shop;
let orderId: string;
let before: unknown;
beforeAll(async () => {
  shop = await openShop();
  orderId = await shop.place();
  await shop.untilTold(orderId, 'shipment.booked');
  before = await shop.read(orderId);
});
afterAll(() => shop.close());
afterEach(async () => {
  expect(await shop.read(orderId)).toEqual(before);
});

const COMPLETED = { id: 'x', status: 'completed', paymentStatus: 'paid' };

describe.each(['nobody', 'channel', 'ops', 'admin'] as const)('with the key of %s', (role) => {
  test.each([
    ['POST', '/v1/orders/{id}/status'],
    ['PUT', '/v1/orders/{id}/status'],
    ['PATCH', '/v1/orders/{id}/status'],
    ['PUT', '/v1/orders/{id}'],
    ['PATCH', '/v1/orders/{id}'],
    ['POST', '/v1/orders/{id}'],
    ['DELETE', '/v1/orders/{id}'],
    ['POST', '/v1/orders/{id}/events'],
    ['POST', '/v1/orders/{id}/insert'],
    ['POST', '/v1/orders/{id}/complete'],
    ['POST', '/v1/orders/insert'],
    ['POST', '/orders/{id}/status'],
    ['POST', '/orders/insert'],
  ])('%s %s is no operation: 404 or 405', async (method, path) => {
    const reply = await shop.api[role].send(method, path.replace('{id}', orderId), { body: COMPLETED });
    expect([404, 405]).toContain(reply.status);
  });
});

test.each(['status', 'paymentStatus', 'fulfilmentStatus', 'totals', 'id', 'channel'])(
  'an order that is submitted with a %s of its own is refused with 422 and a pointer to it',
  async (field) => {
    const reply = await shop.channel.post('/v1/orders', {
      body: { ...shopOrder(), [field]: 'completed' },
      headers: newKey(),
    });
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, `/${field}`]);
  },
);

test.each([
  ['/v1/orders/{id}/hold', { reason: 'x' }],
  ['/v1/orders/{id}/release', {}],
  ['/v1/orders/{id}/resolve', { resolution: 'settled', note: 'paid, trust me' }],
  ['/v1/stock/adjustments', { sku: 'MUG-WHITE', location: 'berlin', delta: 1000, reason: 'x' }],
  ['/v1/keys', { name: 'mine', role: 'admin', channel: 'web' }],
])('a channel’s key on %s is 403, and no key 401', async (path, body) => {
  const address = path.replace('{id}', orderId);
  expect((await shop.channel.post(address, { body, headers: newKey() })).status).toBe(403);
  expect((await shop.nobody.post(address, { body, headers: newKey() })).status).toBe(401);
});

describe('a report of the carrier', () => {
  const path = '/v1/callbacks/carriers/sandbox';
  const eventId = 'forged-1';
  const body = (status = 'delivered') =>
    JSON.stringify({
      eventId,
      shipmentId: shipmentId(orderId, 1),
      trackingNumber: 'T1',
      status,
      at: new Date().toISOString(),
    });
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);

  test.each<[string, () => Record<string, string>]>([
    ['without a signature', () => ({})],
    ['signed with another secret', () => signCallback('not-the-secret-of-this-one', eventId, body(), new Date())],
    ['signed with an empty secret', () => signCallback('', eventId, body(), new Date())],
    ['signed for another body', () => signCallback(WEBHOOK_SECRET, eventId, body('in_transit'), new Date())],
    ['signed for another id', () => signCallback(WEBHOOK_SECRET, 'forged-2', body(), new Date())],
    ['signed ten minutes ago', () => signCallback(WEBHOOK_SECRET, eventId, body(), minutes(-10))],
    ['signed ten minutes from now', () => signCallback(WEBHOOK_SECRET, eventId, body(), minutes(10))],
    ['with an API key instead', () => ({ authorization: `Bearer ${shop.api.secrets.admin}` })],
  ])('%s is refused with 401 and not stored', async (_how, headersOf) => {
    const headers = headersOf();
    if (headers['webhook-id'] !== undefined) headers['webhook-id'] = eventId;
    const reply = await shop.nobody.post(path, { raw: body(), headers });
    expect([reply.status, reply.body.code]).toEqual([401, 'unauthenticated']);
    const { rows } = await shop.world.database.raw<{ rows: [{ count: number }] }>(
      'SELECT count(*)::int AS count FROM carrier_events',
    );
    expect(rows[0].count).toBe(0);
  });
});

test('not even a statement in the database takes an order where its life does not lead', async () => {
  const set = (status: string) =>
    shop.world.database.raw('UPDATE orders SET previous_status = status, status = ? WHERE id = ?', [status, orderId]);
  await expect(set('completed')).rejects.toThrow('legal_transition');
  await expect(set('nonsense')).rejects.toThrow('legal_transition');
  await expect(shop.world.database.raw('DELETE FROM order_events WHERE order_id = ?', [orderId])).rejects.toThrow(
    'append-only',
  );
});
