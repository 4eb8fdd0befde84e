import { createHmac } from 'node:crypto';
import { createSandboxCarrier } from '../../providers/carriers/sandboxCarrier';
import { CallbackRefused, type BookRequest } from '../../providers/carriers/port';
import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import { startReceiver, type Receiver } from '../sandbox/startReceiver';
import { KEYS, startTestSandbox, until, type TestSandbox } from '../sandbox/startTestSandbox';
import { startStub, type Stub } from './startStub';

let sandbox: TestSandbox;
let receiver: Receiver;
let stub: Stub;

beforeAll(async () => {
  receiver = await startReceiver();
  stub = await startStub();
  sandbox = await startTestSandbox({ callbackUrl: receiver.url });
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
  await stub.stop();
});

const make = (url: string) =>
  createSandboxCarrier({ url, key: KEYS.carrierKey, webhookSecret: KEYS.carrierWebhookSecret });
const carrier = () => make(sandbox.url());
const address = { name: 'Ada', line1: 'Road 1', city: 'Berlin', postalCode: '10117', country: 'DE' };
const request = (shipmentId: string): BookRequest => ({
  ...{ key: `${shipmentId}:book`, orderId: `ord_${shipmentId}`, shipmentId, service: 'standard' },
  ...{ from: address, to: { ...address, line2: undefined }, parcel: { items: [{ sku: 'A', quantity: 1 }] } },
});
const advance = (reference: string) => sandbox.call('POST', `/control/carrier/shipments/${reference}/advance`);

describe('the client of the carrier', () => {
  it('books, finds the booking by its key, and finds nothing under another', async () => {
    const booking = await carrier().book(request('shp_1'));
    expect(booking).toMatchObject({ carrier: 'sandbox', service: 'standard' });
    expect(Object.keys(booking).toSorted()).toEqual(
      ['carrier', 'labelUrl', 'reference', 'service', 'trackingNumber', 'trackingUrl'].toSorted(),
    );
    expect(await carrier().find('shp_1:book')).toEqual(booking);
    expect(await carrier().book(request('shp_1'))).toEqual(booking);
    expect(await carrier().find('shp_never:book')).toBeUndefined();
    expect(await sandbox.effects('ord_shp_1')).toEqual(['book_shipment']);
  });

  it('cancels before the pick-up and again; afterwards it is told why not', async () => {
    const one = await carrier().book(request('shp_2'));
    const cancel = { key: 'shp_2:cancel', orderId: 'ord_shp_2', reference: one.reference };
    expect(await carrier().cancel(cancel)).toEqual({ cancelled: true });
    expect(await carrier().cancel({ ...cancel, key: 'shp_2:cancel:2' })).toEqual({ cancelled: true });
    const other = await carrier().book(request('shp_3'));
    await advance(other.reference);
    const late = { key: 'shp_3:cancel', orderId: 'ord_shp_3', reference: other.reference };
    expect(await carrier().cancel(late)).toEqual({ cancelled: false, reason: 'picked_up' });
    const wrongOrder = carrier().cancel({ ...late, key: 'shp_3:cancel:2', orderId: 'ord_other' });
    await expect(wrongOrder).rejects.toMatchObject({ name: 'ProviderRejected', code: 'order_mismatch' });
  });

  it('tracks a parcel and reads the same event from its callback', async () => {
    const { reference } = await carrier().book(request('shp_4'));
    await advance(reference);
    await until('the callback', () => receiver.taken('shp_4').length === 1);
    const delivery = receiver.deliveries.find(({ body }) => body.shipmentId === 'shp_4');
    const [event] = carrier().readCallback(delivery?.headers ?? {}, delivery?.rawBody ?? Buffer.of(), new Date());
    const tracked = await carrier().track(reference);
    expect(tracked.map(({ status }) => status)).toEqual(['booked', 'picked_up']);
    expect(event).toMatchObject(tracked[1] ?? {});
    expect(event).toMatchObject({ shipmentId: 'shp_4', note: 'Picked up at the warehouse' });
  });

  it('quotes rates', async () => {
    const [cheapest] = await carrier().rates(request('shp_5'));
    expect(cheapest).toEqual({ service: 'economy', amount: 349, currency: 'EUR', estimatedDays: 5 });
  });

  it('rejects an address without delivery and an unknown service, and calls a fault unavailable', async () => {
    const nowhere = { ...request('shp_6'), to: { ...address, postalCode: '00000' } };
    await expect(carrier().book(nowhere)).rejects.toMatchObject({ code: 'address_undeliverable' });
    await expect(carrier().book({ ...request('shp_6'), service: 'x' })).rejects.toBeInstanceOf(ProviderRejected);
    const body = { provider: 'carrier', mode: 'lost', times: 1 };
    await sandbox.call('POST', '/control/faults', { body });
    await expect(carrier().book(request('shp_6'))).rejects.toBeInstanceOf(ProviderUnavailable);
    expect(await carrier().find('shp_6:book')).toBeDefined();
  });

  it.each([
    ['a label address that runs code', { labelUrl: 'javascript:alert(1)' }],
    ['no tracking number', { trackingNumber: '' }],
  ])('takes a booking with %s for no answer', async (_, change) => {
    const urls = { trackingUrl: 'https://carrier.example/t', labelUrl: 'https://carrier.example/l' };
    const booking = { reference: 'r', carrier: 'c', service: 's', trackingNumber: 't', ...urls, ...change };
    stub.answer = { status: 201, body: JSON.stringify(booking) };
    await expect(make(stub.url).book(request('shp_7'))).rejects.toBeInstanceOf(ProviderUnavailable);
  });

  it("does not take a stranger's 404 for the word of the carrier that nothing was booked", async () => {
    stub.answer = { status: 404, body: '{"error":"not found"}' };
    await expect(make(stub.url).find('shp_8:book')).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

describe('reading a callback', () => {
  const now = new Date('2026-05-01T12:00:00Z');
  const event = {
    eventId: 'evt_1',
    shipmentId: 'shp_1',
    trackingNumber: 'SBX1',
    status: 'delivered',
    at: now.toISOString(),
  };

  function sign(body: string, change: { id?: string; secret?: string; offsetSeconds?: number } = {}) {
    const { id = 'evt_1', secret = KEYS.carrierWebhookSecret, offsetSeconds = 0 } = change;
    const timestamp = String(now.getTime() / 1000 + offsetSeconds);
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  }
  const body = JSON.stringify(event);
  const read = (headers: Record<string, string>, raw = body) => carrier().readCallback(headers, Buffer.from(raw), now);

  it('takes a well signed event, up to five minutes old or young, and one of several signatures', () => {
    expect(read(sign(body))).toEqual([event]);
    expect(read(sign(body, { offsetSeconds: -299 }))).toEqual([event]);
    expect(read(sign(body, { offsetSeconds: 299 }))).toEqual([event]);
    const headers = sign(body);
    expect(read({ ...headers, 'webhook-signature': `v1,AAAA v1a,zzz ${headers['webhook-signature']}` })).toEqual([
      event,
    ]);
  });

  it.each([
    ['signed with another secret', sign(body, { secret: 'another-secret-of-theirs' }), body],
    ['signed over another body', sign(body), body.replace('delivered', 'picked_up')],
    ['signed for another id', { ...sign(body), 'webhook-id': 'evt_2' }, body],
    ['signed for another time', { ...sign(body), 'webhook-timestamp': String(now.getTime() / 1000 + 1) }, body],
    ['too old', sign(body, { offsetSeconds: -301 }), body],
    ['from the future', sign(body, { offsetSeconds: 301 }), body],
    ['with a time that is no number', { ...sign(body), 'webhook-timestamp': 'NaN' }, body],
    ['without signature', { 'webhook-id': 'evt_1', 'webhook-timestamp': String(now.getTime() / 1000) }, body],
    ['with an empty signature', { ...sign(body), 'webhook-signature': '' }, body],
    [
      'with a signature of another version',
      { ...sign(body), 'webhook-signature': sign(body)['webhook-signature'].replace('v1,', 'v2,') },
      body,
    ],
    ['that is not JSON', sign('{'), '{'],
    ['that is an array', sign('[]'), '[]'],
    ['with a status that nobody knows', sign(body.replace('delivered', 'lost')), body.replace('delivered', 'lost')],
    ['without a shipment', sign(body.replace('shp_1', '')), body.replace('shp_1', '')],
    [
      'with a time that is none',
      sign(body.replace(now.toISOString(), 'today')),
      body.replace(now.toISOString(), 'today'),
    ],
  ])('refuses one %s', (_, headers, raw) => {
    expect(() => read(headers, raw)).toThrow(CallbackRefused);
  });
});
