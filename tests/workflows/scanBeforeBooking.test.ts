import { receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { shipmentId } from '../../domain/ids';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';

let world: OrderWorld;
beforeAll(async () => {
  world = await createOrderWorld();
  await world.stock('SHIRT', 100);
});
afterAll(() => world.close());

test('a parcel that is scanned before the carrier has answered its booking keeps its tracking number and reference', async () => {
  await world.control('faults', { provider: 'carrier', mode: 'stalled', delayMs: 1_000, times: 1 });
  const orderId = await world.place();
  while (!(await world.effects(orderId)).includes('book_shipment')) await new Promise((done) => setTimeout(done, 20));
  const id = shipmentId(orderId, 1);
  await receiveCarrierEvents(world.database, 'sandbox', [
    { eventId: 'scan-1', shipmentId: id, status: 'in_transit', at: new Date().toISOString() },
  ]);
  await world.untilTold(orderId, 'shipment.booked');
  await world.report(orderId, 'picked_up', 'delivered');
  expect(await world.result(orderId)).toMatchObject({ status: 'completed' });
  const { rows } = await world.database.raw<{ rows: object[] }>(
    'SELECT status, reference, tracking_number, label_url FROM shipments WHERE id = ?',
    [id],
  );
  expect(rows).toEqual([
    {
      status: 'delivered',
      reference: expect.stringMatching(/^ship_/),
      tracking_number: expect.stringMatching(/^SBX/),
      label_url: expect.stringContaining('http'),
    },
  ]);
});
