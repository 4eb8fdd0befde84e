import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import { createHttpStockSink } from '../../providers/inventory/httpStockSink';
import { createHttpStockSource } from '../../providers/inventory/httpStockSource';
import { verifyWebhook } from '../../providers/verifyWebhook';
import { startStub, type Stub } from './startStub';

let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.stop());

const KEY = 'stock-source-key';
const SECRET = 'stock-sink-secret';
const LEVEL = { sku: 'A', location: 'berlin', onHand: 3, asOf: '2026-03-01T12:00:00Z' };
const answer = (body: unknown, status = 200) => (stub.answer = { status, body: JSON.stringify(body) });

describe('a source of levels over HTTP', () => {
  const source = () => createHttpStockSource({ url: `${stub.url}/v2/levels/`, key: KEY });

  it('is asked for its first page, and for the next ones by their cursors', async () => {
    answer({ data: [LEVEL, { ...LEVEL, asOf: '2026-03-01T13:00:00.123456+01:00' }], nextCursor: 'a/b&c' });
    expect(await source().readLevels(null)).toEqual({
      levels: [
        { ...LEVEL, asOf: '2026-03-01T12:00:00.000Z' },
        { ...LEVEL, asOf: '2026-03-01T12:00:00.123Z' },
      ],
      nextCursor: 'a/b&c',
    });
    answer({ data: [], nextCursor: null, more: true });
    expect(await source().readLevels('a/b&c')).toEqual({ levels: [], nextCursor: null });
    expect(stub.requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['GET', '/v2/levels', `Bearer ${KEY}`],
      ['GET', '/v2/levels?cursor=a%2Fb%26c', `Bearer ${KEY}`],
    ]);
  });

  it.each([
    ['no list', { nextCursor: null }],
    ['no cursor', { data: [LEVEL] }],
    ['a fraction', { data: [{ ...LEVEL, onHand: 1.5 }], nextCursor: null }],
    ['less than nothing', { data: [{ ...LEVEL, onHand: -1 }], nextCursor: null }],
    ['no time', { data: [{ ...LEVEL, asOf: 'yesterday' }], nextCursor: null }],
    ['a name that can not be stored', { data: [{ ...LEVEL, sku: 'A\u0000B' }], nextCursor: null }],
    ['more than a page', { data: Array.from({ length: 1_001 }, () => LEVEL), nextCursor: null }],
  ])('that gives %s is not understood', async (_what, page) => {
    answer(page);
    await expect(source().readLevels(null)).rejects.toBeInstanceOf(ProviderUnavailable);
  });

  it('that refuses us is not asked again by itself', async () => {
    answer({ code: 'wrong_key' }, 401);
    await expect(source().readLevels(null)).rejects.toMatchObject({
      name: 'ProviderRejected',
      code: 'wrong_key',
      message: 'stock source GET: refused with 401 wrong_key',
    });
  });

  it('has an address that ends with its path', () => {
    expect(() => createHttpStockSource({ url: `${stub.url}/levels?all=1`, key: KEY })).toThrow(
      'stock source: the address must end with its path',
    );
  });
});

describe('a sink of events over HTTP', () => {
  const sink = () => createHttpStockSink({ url: `${stub.url}/events`, secret: SECRET });
  const event = { id: 'evt_1', type: 'stock.out' as const, sku: 'A', channel: 'web', available: 0, at: LEVEL.asOf };

  it('gets each event under its id and signed, and no key of ours', async () => {
    answer({});
    await sink().send(event);
    const [request] = stub.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/events', headers: { 'webhook-id': 'evt_1' } });
    expect(request?.headers.authorization).toBeUndefined();
    expect(JSON.parse(request?.body ?? '')).toEqual(event);
    const given = { headers: request?.headers ?? {}, rawBody: Buffer.from(request?.body ?? ''), now: new Date() };
    expect(verifyWebhook({ ...given, secret: SECRET })).toBeUndefined();
    expect(verifyWebhook({ ...given, secret: 'another-secret' })).toBe('the signature is wrong');
  });

  it('takes an event with any 2xx, whatever it says', async () => {
    stub.answer = { status: 202, body: 'thanks' };
    await expect(sink().send(event)).resolves.toBeUndefined();
  });

  it.each([
    [503, ProviderUnavailable],
    [429, ProviderUnavailable],
    [400, ProviderRejected],
  ])('that answers %i has not taken it', async (status, failure) => {
    answer({}, status);
    await expect(sink().send(event)).rejects.toBeInstanceOf(failure);
  });
});
