/**
 * Temporal's reference order system (peers 4.3): a second order under the id of a first one, with other contents, is answered
 * with 201 and silently dropped, also where the first has failed: what failed once can never be submitted again.
 * Here: the same body is the same order (200), another body is refused (409), and whatever kept a submission from
 * succeeding, there is a way to go on.
 */
import { newKey, shopOrder } from '../support/shopOrder';
import { openShop, type Shop } from '../support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const submit = (body: object, headers = newKey()) => shop.channel.post('/v1/orders', { body, headers });

test('the same reference with other contents is refused with 409, and the first order stays as it is', async () => {
  const first = shopOrder();
  const { body: order } = await submit(first);
  const lines = [{ sku: 'TSHIRT-BLK-M', quantity: 7, unitPrice: 1999 }];
  const other = await submit({ ...first, lines });
  expect([other.status, other.body.code]).toEqual([409, 'reference_taken']);
  expect(other.body.detail).toContain(first.reference);
  const { data } = (await shop.channel.get(`/v1/orders?reference=${first.reference}`)).body;
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ id: order.id, lines: [{ quantity: 2 }] });
});

test('the same reference with the same contents is answered with 200 and the first order, paid for once', async () => {
  const body = shopOrder();
  const first = await submit(body);
  const again = await submit(body);
  expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
  await shop.untilTold(first.body.id, 'shipment.booked');
  expect(await shop.effects(first.body.id)).toEqual(['authorise', 'book_shipment']);
});

test('an order refused as not valid leaves its reference and its key free: mended, it is taken', async () => {
  const order = shopOrder();
  const key = newKey();
  expect((await submit({ ...order, lines: [] }, key)).status).toBe(422);
  expect((await submit(order, key)).status).toBe(201);
});

test('an order rejected for want of stock says so when it is sent again, and goes through under a new reference', async () => {
  const body = shopOrder({ lines: [{ sku: 'JACKET-OLV-M', quantity: 1, unitPrice: 8900 }] });
  const { id } = (await submit(body)).body;
  await shop.until(id, 'rejected');
  const again = await submit(body);
  expect([again.status, again.body.id, again.body.status]).toEqual([200, id, 'rejected']);
  expect(again.body.statusReason).toContain('JACKET-OLV-M (1 wanted, 0 available)');

  const delivery = { sku: 'JACKET-OLV-M', location: 'berlin', delta: 1, reason: 'received' };
  expect((await shop.ops.post('/v1/stock/adjustments', { body: delivery })).status).toBe(200);
  const retry = await submit({ ...body, reference: `${body.reference}-b` });
  await shop.untilTold(retry.body.id, 'shipment.booked');
});

test('an order whose payment was declined is not dead: the customer pays by other means and it goes on', async () => {
  const orderId = await shop.place({ token: 'tok_declined' });
  await shop.until(orderId, 'awaiting_payment');
  const paid = await shop.channel.post(`/v1/orders/${orderId}/payments`, { body: { token: 'tok_ok' } });
  expect([paid.status, paid.body.paymentStatus]).toEqual([200, 'authorized']);
  await shop.untilTold(orderId, 'shipment.booked');
});

test('an order whose workflow was ended by hand is started again under its own id, and its effects stay single', async () => {
  const body = shopOrder();
  const orderId = (await submit(body)).body.id;
  await shop.untilTold(orderId, 'shipment.booked');
  await shop.world.handle(orderId).terminate('as if it had failed');
  expect((await submit(body)).body.id).toBe(orderId);

  const { client } = shop.world.temporal;
  const sweep = async () => {
    const { taskQueue } = shop.world;
    const workflowId = `sweep-${taskQueue}`;
    return client.workflow.execute<() => Promise<{ held: number }>>('sweepOrders', { taskQueue, workflowId });
  };
  // The server's index lags a little behind the end of the workflow.
  while ((await sweep()).held === 0);
  await shop.until(orderId, 'on_hold');
  expect((await shop.act('release', orderId, {})).status).toBe(200);
  await shop.move();
  await shop.until(orderId, 'completed');
  expect(await shop.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
});
