import { shipmentId } from '../../domain/ids';
import { signCallback } from '../../sandbox/carrier/signCallback';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, WEBHOOK_SECRET, type TestApi } from '../support/testApi';

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

let count = 0;
/** What the carrier sends: `raw` is signed as it is. */
const report = (
  event: object,
  {
    secret = WEBHOOK_SECRET,
    at = new Date(),
    carrier = 'sandbox',
    raw,
  }: { secret?: string; at?: Date; carrier?: string; raw?: string } = {},
) => {
  const body = raw ?? JSON.stringify(event);
  const headers = signCallback(secret, `msg_${(count += 1)}`, body, at);
  return api.nobody.post(`/v1/callbacks/carriers/${carrier}`, { raw: body, headers });
};
const eventOf = (shipment: string, status: string, eventId = `evt-${shipment}-${status}`) => ({
  eventId,
  shipmentId: shipment,
  trackingNumber: 'T1',
  status,
  at: new Date().toISOString(),
});

async function placeBooked(): Promise<{ id: string; shipment: string }> {
  const body = shopOrder({ lines: [{ sku: 'SHIRT', quantity: 1, unitPrice: 500 }] });
  const { id } = (await api.channel.post('/v1/orders', { body, headers: newKey() })).body;
  await world.untilTold(id, 'shipment.booked');
  return { id, shipment: shipmentId(id, 1) };
}
const typesOf = async (id: string) =>
  (await api.ops.get(`/v1/orders/${id}/events`)).body.data.map((event) => event.type);

describe('the callback of a carrier', () => {
  it('takes a parcel from pick-up to delivery, and shows the scans between them on the parcel and the timeline', async () => {
    const { id, shipment } = await placeBooked();
    expect((await report(eventOf(shipment, 'picked_up'))).body).toEqual({ received: 1 });
    await world.until(id, 'shipped');
    for (const status of ['in_transit', 'out_for_delivery'])
      expect((await report(eventOf(shipment, status))).status).toBe(200);
    const moving = (await api.channel.get(`/v1/orders/${id}`)).body;
    expect(moving.shipments[0]).toMatchObject({
      status: 'out_for_delivery',
      trackingNumber: expect.stringMatching(/^SBX/),
    });
    await report(eventOf(shipment, 'delivered'));
    await world.until(id, 'completed');
    const { body } = await api.channel.get(`/v1/orders/${id}`);
    expect(body).toMatchObject({
      status: 'completed',
      paymentStatus: 'paid',
      fulfilmentStatus: 'delivered',
      totals: { paid: 999 },
    });
    expect(body.shipments[0]?.tracking.map((scan) => scan.status)).toEqual([
      'picked_up',
      'in_transit',
      'out_for_delivery',
      'delivered',
    ]);
    const types = await typesOf(id);
    for (const type of [
      'shipment.picked_up',
      'shipment.in_transit',
      'shipment.out_for_delivery',
      'shipment.delivered',
    ]) {
      expect(types.filter((told) => told === type)).toHaveLength(1);
    }
    const sequences = (await api.ops.get(`/v1/orders/${id}/events`)).body.data.map((event) => event.sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });

  it('counts once, though it comes ten times and out of order', async () => {
    const { id, shipment } = await placeBooked();
    const events = ['delivered', 'in_transit', 'picked_up'].flatMap((status) =>
      Array.from({ length: 10 }, () => eventOf(shipment, status)),
    );
    const replies = await Promise.all(events.map((event) => report(event)));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    await world.until(id, 'completed');
    expect((await world.effects(id)).filter((effect) => effect === 'capture')).toHaveLength(1);
    expect((await typesOf(id)).filter((type) => type === 'shipment.in_transit').length).toBeLessThanOrEqual(1);
  });

  it('about a parcel that nobody knows is kept and answered like the others', async () => {
    expect((await report(eventOf('shp_unknown', 'picked_up'))).status).toBe(200);
    const { rows } = await api.database.raw<{ rows: unknown[] }>(
      `SELECT order_id, delivered_at FROM carrier_events WHERE shipment_id = 'shp_unknown'`,
    );
    expect(rows).toEqual([{ order_id: null, delivered_at: null }]);
  });

  it('is refused with 401 where it is not signed by the carrier, or not now', async () => {
    const event = eventOf('shp_x', 'picked_up');
    const replies = [
      await report(event, { secret: 'the-secret-of-somebody-else' }),
      await report(event, { at: new Date(Date.now() - 6 * 60_000) }),
      await report(event, { at: new Date(Date.now() + 6 * 60_000) }),
      await api.nobody.post('/v1/callbacks/carriers/sandbox', { body: event }),
    ];
    for (const reply of replies) expect([reply.status, reply.body.code]).toEqual([401, 'unauthenticated']);
    expect(new Set(replies.map((reply) => reply.body.detail)).size).toBe(1);
  });

  it.each([
    '',
    'garbage',
    '[]',
    '{"eventId": 1}',
    '{"eventId":"\\u0000","shipmentId":"x","trackingNumber":"x","status":"in_transit","at":"2026-01-01T00:00:00Z"}',
    'x'.repeat(100_000),
  ])('is never answered with a 5xx, signed garbage no more than other: %#', async (raw) => {
    const reply = await report({}, { raw });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
  });

  it('of a carrier that is not here is answered with 404', async () => {
    for (const carrier of ['nobody', 'toString', '__proto__']) expect((await report({}, { carrier })).status).toBe(404);
  });
});
