import { createInventoryActivities } from '../../activities/inventory';
import { createOrderActivities } from '../../activities/orders';
import { shipmentId } from '../../domain/ids';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** An order without a price, with its units allocated, as its workflow does it. */
async function allocatedOrder(): Promise<string> {
  const lines = [{ sku: 'MUG-WHITE', quantity: 2, unitPrice: 0 }];
  const order = shopOrder({ lines, shippingPrice: 0 });
  const { body } = await api.channel.post('/v1/orders', { body: order, headers: newKey() });
  await createInventoryActivities({ database: api.database }).reserveStock({ orderId: body.id });
  return body.id;
}
const pathOf = (orderId: string, number = 1) => `/v1/orders/${orderId}/parcels/${shipmentId(orderId, number)}/pick`;

describe('picking a parcel', () => {
  it('is told once, shows in the order, its timeline and its stock, and answers the same again', async () => {
    const orderId = await allocatedOrder();
    const headers = newKey();
    const picked = await api.ops.post(pathOf(orderId), { body: {}, headers });
    expect([picked.status, picked.body]).toEqual([
      200,
      {
        orderId,
        shipmentId: shipmentId(orderId, 1),
        parcel: 1,
        location: expect.any(String) as string,
        pickedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        pickedBy: 'key:ops',
        lines: [{ lineId: expect.stringMatching(/^lin_/) as string, sku: 'MUG-WHITE', quantity: 2 }],
        lots: [],
      },
    ]);
    const repeat = await api.ops.post(pathOf(orderId), { body: {}, headers });
    expect([repeat.status, repeat.body, repeat.headers.get('idempotency-replayed')]).toEqual([
      200,
      picked.body,
      'true',
    ]);
    const again = await api.ops.post(pathOf(orderId), { body: {} });
    expect([again.status, again.body]).toEqual([200, picked.body]);

    const order = await api.channel.get(`/v1/orders/${orderId}`);
    const { pickedAt, location } = picked.body as unknown as { pickedAt: string; location: string };
    expect(order.body.allocations).toEqual([expect.objectContaining({ parcel: 1, state: 'allocated', pickedAt })]);
    const timeline = await api.channel.get(`/v1/orders/${orderId}/events`);
    expect(timeline.body.data.filter(({ type }) => type === 'parcel.picked')).toHaveLength(1);
    const stock = await api.ops.get(`/v1/stock?sku=MUG-WHITE&location=${location}`);
    expect(stock.body.data[0]).toMatchObject({ reserved: 2, picked: 2 });
    const ledger = await api.ops.get(`/v1/stock/movements?document=${orderId}`);
    expect(ledger.body.data).toEqual([
      expect.objectContaining({ reason: 'picked', pickedDelta: 2 }),
      expect.objectContaining({ reason: 'allocated', pickedDelta: 0 }),
    ]);
    await createOrderActivities({ database: api.database }).recordCancellation({
      orderId,
      request: { reason: 'customer_asked', note: null, actor: 'test' },
    });
    const late = await api.ops.post(pathOf(orderId), { body: {} });
    expect([late.status, late.body.code]).toEqual([409, 'illegal_transition']);
    expect((await api.ops.get(`/v1/stock?sku=MUG-WHITE&location=${location}`)).body.data[0]).toMatchObject({
      ...{ reserved: 0, picked: 0 },
    });
  });

  it('is not for channels, and not of what the order has not', async () => {
    const orderId = await allocatedOrder();
    expect((await api.channel.post(pathOf(orderId), { body: {} })).status).toBe(403);
    expect((await api.ops.post(pathOf(orderId, 2), { body: {} })).status).toBe(404);
    const other = pathOf(orderId).replace(/shp_[0-9a-f]{32}/, `shp_${'0'.repeat(32)}`);
    expect((await api.ops.post(other, { body: {} })).status).toBe(404);
    expect((await api.ops.post(`/v1/orders/${orderId}/parcels/nothing/pick`, { body: {} })).status).toBe(404);
    const lots = [{ sku: 'MUG-WHITE', lot: 'A', units: 2 }];
    const refused = await api.ops.post(pathOf(orderId), { body: { lots } });
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, '/lots/0/sku']);
  });
});
