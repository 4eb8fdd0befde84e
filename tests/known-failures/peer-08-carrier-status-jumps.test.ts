/**
 * Temporal's reference order system (peers 4.8): the carrier may report any status, "eaten-by-dog" included, and jump from
 * booked to delivered; nothing has rules for what may follow what.
 * Here: an unknown status is refused before it is stored. Known ones only ever lead forward, whatever order they come in: a
 * jump carries out what lies between, and what is late or comes twice changes nothing.
 */
import { shipmentId } from '../../domain/ids';
import { signCallback } from '../../sandbox/carrier/signCallback';
import { openShop, pause, type Shop } from '../support/shop';
import { WEBHOOK_SECRET } from '../support/testApi';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

let count = 0;
/** What the carrier itself would send: signed and on time. */
const report = (parcel: string, status: unknown, eventId = `evt-${(count += 1)}`) => {
  const event = { eventId, shipmentId: parcel, trackingNumber: 'T1', status, at: new Date().toISOString() };
  const raw = JSON.stringify(event);
  const headers = signCallback(WEBHOOK_SECRET, eventId, raw, new Date());
  return shop.nobody.post('/v1/callbacks/carriers/sandbox', { raw, headers });
};
const bookOne = async () => {
  const orderId = await shop.place();
  await shop.untilTold(orderId, 'shipment.booked');
  return { orderId, parcel: shipmentId(orderId, 1) };
};
const told = async (orderId: string) =>
  (await shop.timeline(orderId)).filter((type) => type.startsWith('shipment.') || type.startsWith('payment.'));

test.each(['eaten-by-dog', 'DELIVERED', 'completed', '', null, 7, { status: 'delivered' }])(
  'the unknown status %j is refused, is not stored, and the parcel stays where it is',
  async (status) => {
    const { orderId, parcel } = await bookOne();
    const reply = await report(parcel, status);
    expect([reply.status, reply.body.code]).toEqual([422, 'invalid_request']);
    const { rows } = await shop.world.database.raw<{ rows: unknown[] }>(
      'SELECT * FROM carrier_events WHERE shipment_id = ?',
      [parcel],
    );
    expect(rows).toEqual([]);
    const order = await shop.read(orderId);
    expect([order.status, order.shipments[0]?.status]).toEqual(['ready_to_ship', 'booked']);
  },
);

test('delivered straight after booked ships, captures and delivers, each once and in its order', async () => {
  const { orderId, parcel } = await bookOne();
  expect((await report(parcel, 'delivered')).status).toBe(200);
  const order = await shop.until(orderId, 'completed');
  expect(order).toMatchObject({ paymentStatus: 'paid', fulfilmentStatus: 'delivered' });
  expect((await told(orderId)).sort()).toEqual([
    'payment.authorised',
    'payment.captured',
    'shipment.booked',
    'shipment.delivered',
    'shipment.picked_up',
  ]);
  expect(order.lines[0]).toMatchObject({ shipped: 2, delivered: 2, allocated: 0 });
  expect(await shop.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
});

test('reports that come backwards and twice lead forward only, and the parcel ends delivered', async () => {
  const { orderId, parcel } = await bookOne();
  for (const status of ['out_for_delivery', 'in_transit', 'booked', 'out_for_delivery', 'picked_up', 'picked_up']) {
    expect((await report(parcel, status)).status).toBe(200);
  }
  await shop.until(orderId, 'shipped');
  expect((await shop.read(orderId)).shipments[0]?.status).toBe('out_for_delivery');
  expect((await report(parcel, 'delivered', 'same')).status).toBe(200);
  expect((await report(parcel, 'delivered', 'same')).status).toBe(200);
  expect((await report(parcel, 'in_transit')).status).toBe(200);
  const order = await shop.until(orderId, 'completed');
  expect(order.shipments[0]?.status).toBe('delivered');
  const types = await told(orderId);
  for (const type of ['shipment.out_for_delivery', 'shipment.picked_up', 'shipment.delivered', 'payment.captured']) {
    expect([type, types.filter((seen) => seen === type).length]).toEqual([type, 1]);
  }
  expect(types).not.toContain('shipment.in_transit');
});

test('nothing that comes after the end changes a closed order', async () => {
  const { orderId, parcel } = await bookOne();
  await shop.act('cancel', orderId, { reason: 'changed my mind' });
  const before = await shop.read(orderId);
  for (const status of ['picked_up', 'in_transit', 'delivered']) {
    expect((await report(parcel, status)).status).toBe(200);
  }
  await pause(300);
  const { status, version, lines, shipments } = await shop.read(orderId);
  expect({ status, version, lines }).toEqual({ status: 'cancelled', version: before.version, lines: before.lines });
  expect(shipments[0]?.status).toBe('cancelled');
  expect(await shop.effects(orderId)).toEqual(['authorise', 'book_shipment', 'cancel_shipment', 'void']);
});

test('a report of a parcel that nobody knows is taken and moves no order', async () => {
  const { orderId } = await bookOne();
  const reply = await report(`shp_${'0'.repeat(32)}_1`, 'delivered');
  expect([reply.status, reply.body.received]).toEqual([200, 1]);
  expect((await shop.read(orderId)).status).toBe('ready_to_ship');
});
