import { createHmac } from 'node:crypto';
import { startReceiver, type Receiver } from './startReceiver';
import { KEYS, startTestSandbox, until, type TestSandbox } from './startTestSandbox';

let sandbox: TestSandbox;
let receiver: Receiver;

const BERLIN = { name: 'Ada', line1: 'Unter den Linden 1', city: 'Berlin', postalCode: '10117', country: 'DE' };
const PARIS = { name: 'Blaise', line1: '1 Rue ^XZ~', city: 'Paris', postalCode: '75001', country: 'FR' };
const FAST = { paused: false, paceMs: 20, callbackPauseMs: 10, callbackMaxPauseMs: 40 };

afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

async function start(options = {}, decide?: Parameters<typeof startReceiver>[0]): Promise<void> {
  receiver = await startReceiver(decide);
  sandbox = await startTestSandbox({ callbackUrl: receiver.url, ...options });
}

function book(shipmentId: string, change: Record<string, unknown> = {}, key = `${shipmentId}:book`) {
  const parcel = { items: [{ sku: 'A', quantity: 3 }] };
  const standard = { orderId: 'ord_1', shipmentId, service: 'standard', from: BERLIN, to: BERLIN, parcel };
  return sandbox.call('POST', '/carrier/shipments', { key, body: { ...standard, ...change } });
}

async function booked(shipmentId: string, change: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await book(shipmentId, change);
  expect(status).toBe(201);
  return body['reference'] as string;
}

const cancel = (reference: string, key: string) =>
  sandbox.call('POST', `/carrier/shipments/${reference}/cancel`, { key, body: { orderId: 'ord_1' } });
const advance = (reference: string) => sandbox.call('POST', `/control/carrier/shipments/${reference}/advance`);

async function history(reference: string): Promise<string[]> {
  const { body } = await sandbox.call('GET', `/carrier/shipments/${reference}`);
  return (body['events'] as { status: string }[]).map(({ status }) => status);
}

describe('booking', () => {
  it('books once a key, answers repeats and look-ups alike, and refuses another body under the key', async () => {
    await start();
    const [first, second] = await Promise.all([book('shp_1'), book('shp_1')]);
    expect(second.body).toEqual(first.body);
    expect(first.body).toMatchObject({ carrier: 'sandbox', service: 'standard', status: 'booked' });
    const found = await sandbox.call('GET', '/carrier/shipments/by-key/shp_1%3Abook');
    expect(found.body).toEqual(first.body);
    expect((await book('shp_1', { service: 'express' })).body['code']).toBe('idempotency_key_reused');
    expect(await sandbox.effects('ord_1')).toEqual(['book_shipment']);
  });

  it('shows a second booking of one shipment under another key: the witness hides nothing', async () => {
    await start();
    await book('shp_1');
    await book('shp_1', {}, 'another key');
    expect(await sandbox.effects('ord_1')).toEqual(['book_shipment', 'book_shipment']);
  });

  it('refuses an unknown service, an address without delivery and a wrong key, and books nothing', async () => {
    await start();
    expect((await book('shp_1', { service: 'teleport' })).body['code']).toBe('unknown_service');
    const nowhere = { ...BERLIN, postalCode: '00000' };
    expect((await book('shp_1', { to: nowhere })).body['code']).toBe('address_undeliverable');
    expect((await book('shp_1', { to: { ...BERLIN, country: 'Germany' } })).status).toBe(422);
    expect((await sandbox.call('GET', '/carrier/shipments/ship_x', { bearer: KEYS.paymentGatewayKey })).status).toBe(
      401,
    );
    expect((await sandbox.call('GET', '/carrier/shipments/by-key/shp_1')).body['code']).toBe('unknown_key');
    expect(await sandbox.effects('ord_1')).toEqual([]);
  });

  it('prints a label that holds the address but obeys no command hidden in it, and a page to track the parcel', async () => {
    await start();
    const { body } = await book('shp_1', { to: PARIS });
    const label = await (await fetch(body['labelUrl'] as string)).text();
    expect(label).toMatch(/^\^XA/);
    expect(label).toContain('75001 Paris');
    expect(label.match(/\^XZ/g)).toHaveLength(1);
    const page = await fetch(body['trackingUrl'] as string);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('booked');
  });

  it('asks more for a faster service, for more items and across a border', async () => {
    await start();
    const quote = async (to: object, quantity: number) => {
      const body = { from: BERLIN, to, parcel: { items: [{ sku: 'A', quantity }] } };
      const reply = await sandbox.call('POST', '/carrier/rates', { body });
      return (reply.body['data'] as { amount: number }[]).map(({ amount }) => amount);
    };
    expect(await quote(BERLIN, 1)).toEqual([349, 499, 1299]);
    expect(await quote(BERLIN, 2)).toEqual([369, 519, 1319]);
    expect(await quote(PARIS, 1)).toEqual([698, 998, 2598]);
  });
});

describe('cancelling', () => {
  it('succeeds before the pick-up, again and under other keys, and takes effect once', async () => {
    await start();
    const reference = await booked('shp_1');
    for (const key of ['c1', 'c1', 'c2']) {
      const { status, body } = await cancel(reference, key);
      expect([status, body['status']]).toEqual([200, 'cancelled']);
    }
    expect(await sandbox.effects('ord_1')).toEqual(['book_shipment', 'cancel_shipment']);
    expect((await advance(reference)).status).toBe(409);
    await sandbox.restart();
    expect(await history(reference)).toEqual(['booked', 'cancelled']);
  });

  it('is refused with picked_up once the parcel is on its way, and has no effect', async () => {
    await start();
    const reference = await booked('shp_1');
    await advance(reference);
    const { status, body } = await cancel(reference, 'c1');
    expect([status, body['reason']]).toEqual([409, 'picked_up']);
    expect(await sandbox.effects('ord_1')).toEqual(['book_shipment']);
  });

  it('stops a parcel that was about to move by itself', async () => {
    await start({ ...FAST, paceMs: 150 });
    const reference = await booked('shp_1');
    await cancel(reference, 'c1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await history(reference)).toEqual(['booked', 'cancelled']);
    expect(receiver.deliveries).toEqual([]);
  });
});

describe('the way of a parcel', () => {
  it('goes from pick-up to delivery by itself, with a callback for each step signed over its exact bytes', async () => {
    await start(FAST);
    const reference = await booked('shp_1');
    await until('three callbacks', () => receiver.taken('shp_1').length >= 3);
    expect(receiver.taken('shp_1').toSorted()).toEqual(['delivered', 'in_transit', 'picked_up']);
    expect(await history(reference)).toEqual(['booked', 'picked_up', 'in_transit', 'delivered']);
    for (const { headers, rawBody, body } of receiver.deliveries) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${rawBody.toString()}`;
      const expected = createHmac('sha256', KEYS.carrierWebhookSecret).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${expected}`);
      expect(headers['webhook-id']).toBe(body.eventId);
    }
  });

  it('reports the last mile for express only', async () => {
    await start(FAST);
    const reference = await booked('shp_1', { service: 'express' });
    await until('delivered', () => receiver.taken('shp_1').includes('delivered'));
    expect((await history(reference)).slice(1)).toEqual(['picked_up', 'in_transit', 'out_for_delivery', 'delivered']);
  });

  it('stands still while paused and moves by hand, one step a call, until its end', async () => {
    await start({ ...FAST, paused: true });
    const reference = await booked('shp_1');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await history(reference)).toEqual(['booked']);
    expect((await advance(reference)).body).toMatchObject({ status: 'picked_up', next: 'in_transit' });
    await advance(reference);
    expect((await advance(reference)).body).toMatchObject({ status: 'delivered', next: null });
    expect((await advance(reference)).body['code']).toBe('at_its_end');
  });

  it('goes on when it is no longer paused', async () => {
    await start();
    const reference = await booked('shp_1');
    await sandbox.call('POST', '/control/carrier', { body: { paceMs: 5, paused: false } });
    await until('delivered', async () => (await history(reference)).includes('delivered'));
  });

  it('sends a callback again after an error, a broken connection or a redirect, under the same event id', async () => {
    const statuses = [500, 0, 302, 429];
    await start(FAST, (_, count) => statuses[count] ?? 204);
    await booked('shp_1');
    await until('all are told', () => receiver.taken('shp_1').length >= 3);
    const ids = receiver.deliveries.filter(({ body }) => body.status === 'picked_up').map(({ body }) => body.eventId);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    expect(receiver.taken('shp_1').toSorted()).toEqual(['delivered', 'in_transit', 'picked_up']);
  });

  it('sends each callback several times when told to, all with the same event id', async () => {
    await start({ ...FAST, duplicates: 2 });
    await booked('shp_1');
    await until('nine callbacks', () => receiver.deliveries.length >= 9);
    expect(receiver.deliveries).toHaveLength(9);
    expect(new Set(receiver.deliveries.map(({ body }) => body.eventId)).size).toBe(3);
  });

  it('tells the end before the beginning when told to', async () => {
    await start({ ...FAST, reorder: true });
    await booked('shp_1');
    await until('three callbacks', () => receiver.deliveries.length >= 3);
    expect(receiver.taken('shp_1')).toEqual(['delivered', 'in_transit', 'picked_up']);
  });

  it('goes on after a restart in the middle, and sends what was not yet taken but nothing that was', async () => {
    let open = true;
    await start(FAST, () => (open ? 200 : 503));
    await sandbox.call('POST', '/control/carrier', { body: { paused: true } });
    const reference = await booked('shp_1');
    await advance(reference);
    await until('the pick-up is told', async () => {
      const { body } = await sandbox.call('GET', '/control');
      return (body['callbacks'] as { taken: number }).taken === 1;
    });
    open = false;
    await advance(reference);
    await until('a failed callback', () => receiver.deliveries.length >= 2);
    await sandbox.restart({}, () => (open = true));
    // What was under way when it ended may come twice: at least once is the promise, and the event id tells.
    const told = () => [...new Set(receiver.taken('shp_1'))].toSorted();
    await until('all are told', () => told().length === 3);
    expect(told()).toEqual(['delivered', 'in_transit', 'picked_up']);
    expect(receiver.deliveries.filter(({ body }) => body.status === 'picked_up')).toHaveLength(1);
    const inTransit = receiver.deliveries.filter(({ body }) => body.status === 'in_transit');
    expect(new Set(inTransit.map(({ body }) => body.eventId)).size).toBe(1);
    expect(await history(reference)).toEqual(['booked', 'picked_up', 'in_transit', 'delivered']);
  });

  it('delivers the callbacks of hundreds of parcels, each once, through a receiver that fails now and then', async () => {
    await start(FAST, (_, count) => (count % 5 === 0 ? 500 : 200));
    await Promise.all(Array.from({ length: 200 }, (_, number) => booked(`shp_${number}`)));
    await until('all told', () => receiver.deliveries.filter(({ answered }) => answered === 200).length >= 600);
    const taken = receiver.deliveries.filter(({ answered }) => answered === 200).map(({ body }) => body.eventId);
    expect(new Set(taken).size).toBe(600);
    const { body } = await sandbox.call('GET', '/control');
    expect(body['callbacks']).toMatchObject({ waiting: 0, taken: 600, givenUp: 0 });
  });
});
