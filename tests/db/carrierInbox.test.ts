import {
  listUndelivered,
  markDelivered,
  receiveCarrierEvents,
  type CarrierEvent,
} from '../../db/shipments/carrierInbox';
import { readShipment } from '../../db/shipments/shipmentRecord';
import { shipmentId } from '../../domain/ids';
import type { TrackingStatus } from '../../domain/shipments';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
let orderId: string;
let parcel: string;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('SHIRT', 1000);
});
afterAll(() => room.close());
beforeEach(async () => {
  orderId = await room.order(free({ sku: 'SHIRT', quantity: 1 }));
  parcel = shipmentId(orderId, 1);
  await room.reserve(orderId);
});

const scan = (status: TrackingStatus, name: string = status): CarrierEvent => ({
  eventId: `${parcel}:${name}`,
  shipmentId: parcel,
  status,
  at: '2026-01-01T12:00:00Z',
});
const receive = (...events: CarrierEvent[]) => receiveCarrierEvents(room.database, 'sandbox', events);
const timeline = async () =>
  (
    await room.rows<{ type: string }>(
      `SELECT type FROM order_events WHERE order_id = ? AND type LIKE 'shipment.%' ORDER BY sequence`,
      [orderId],
    )
  ).map(({ type }) => type);
const undelivered = async (olderThanMs = 0) =>
  (await listUndelivered(room.database, { olderThanMs, limit: 100 })).filter((report) => report.orderId === orderId);

describe('the inbox of carrier reports', () => {
  test('takes a report once, though it comes 20 times at once', async () => {
    await room.begin(orderId);
    const told = await Promise.all(Array.from({ length: 20 }, () => receive(scan('in_transit'), scan('picked_up'))));
    expect(told.flat()).toEqual([{ ...scan('picked_up'), carrier: 'sandbox', orderId }]);
    expect(await timeline()).toEqual(['shipment.in_transit']);
  });

  test('never lets a late report lead the parcel back', async () => {
    await room.begin(orderId);
    await receive(scan('out_for_delivery'), scan('in_transit'), scan('booked'));
    await receive(scan('in_transit', 'again'));
    expect((await readShipment(room.database, parcel))?.status).toBe('out_for_delivery');
    expect(await timeline()).toEqual(['shipment.out_for_delivery']);
  });

  test('only keeps a milestone, which is for the workflow to act on, until the workflow was told', async () => {
    await room.begin(orderId);
    const [report] = await receive(scan('delivered'));
    expect((await readShipment(room.database, parcel))?.status).toBe('booking');
    expect(await timeline()).toEqual([]);
    expect(await undelivered()).toMatchObject([{ eventId: report?.eventId, status: 'delivered' }]);
    expect(await undelivered(60_000)).toEqual([]);
    await markDelivered(room.database, 'sandbox', [report?.eventId ?? '']);
    expect(await undelivered()).toEqual([]);
  });

  test('keeps a report that came before the shipment was on record, and gives it out once it is', async () => {
    expect(await receive(scan('picked_up'))).toEqual([]);
    expect(await undelivered()).toEqual([]);
    await room.begin(orderId);
    expect(await undelivered()).toMatchObject([{ orderId, shipmentId: parcel, status: 'picked_up' }]);
  });

  test('shows a parcel that the carrier calls off, and leaves the booking as it is', async () => {
    await room.begin(orderId);
    expect(await receive(scan('cancelled'))).toEqual([]);
    expect((await readShipment(room.database, parcel))?.status).toBe('booking');
    expect(await timeline()).toEqual(['shipment.called_off_by_carrier']);
  });

  test('leaves a closed order alone', async () => {
    await room.begin(orderId);
    await room.cancel(orderId);
    await receive(scan('in_transit'));
    expect(await timeline()).toEqual([]);
  });

  test('keeps the same event of two carriers apart', async () => {
    await room.begin(orderId);
    await receive(scan('picked_up'));
    expect(await receiveCarrierEvents(room.database, 'other', [scan('picked_up')])).toHaveLength(1);
  });
});
