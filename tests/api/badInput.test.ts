import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const submitRaw = (raw: string | Uint8Array, headers: Record<string, string> = {}) =>
  api.channel.post('/v1/orders', { raw, headers: { ...newKey(), ...headers } });
const order = (changes: object) => ({ ...shopOrder(), ...changes });

/** Sends bytes as they are and reads what comes back until the connection ends. */
const sendBytes = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (data: string) => (answer += data));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });

describe('a body', () => {
  it.each([
    ['no JSON', '{"reference": ', 400],
    ['two values', '{} {}', 400],
    ['NaN', '{"lines": NaN}', 400],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 422],
    ['a text', '"order"', 422],
    ['null', 'null', 422],
    ['a list', '[]', 422],
    ['nothing', '', 422],
    ['1e400', '{"lines":[{"sku":"A","quantity":1e400,"unitPrice":1}]}', 422],
    ['2^53+1', '{"lines":[{"sku":"A","quantity":1,"unitPrice":9007199254740993}]}', 422],
    ['lists in lists without end', '['.repeat(100_000) + ']'.repeat(100_000), 422],
    ['objects in objects without end', '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000), 422],
    ['__proto__', '{"__proto__": {"admin": true}, "constructor": {"prototype": 1}}', 422],
    ['a name twice', '{"reference":"a","reference":"b"}', 422],
  ])('of %s is refused', async (_what, raw, status) => {
    expect((await submitRaw(raw)).status).toBe(status);
  });

  it.each([
    ['NUL', { reference: 'a\0b' }, '/reference'],
    ['a lone surrogate', { metadata: { note: '\ud800' } }, '/metadata/note'],
    ['a lone surrogate in a name', { metadata: { '\udfff': 'x' } }, '/metadata'],
    ['a control character', { reference: 'a\u0007b' }, '/reference'],
    ['501 lines', { lines: Array.from({ length: 501 }, () => ({ sku: 'A', quantity: 1, unitPrice: 1 })) }, '/lines'],
    ['quantity "1"', { lines: [{ sku: 'A', quantity: '1', unitPrice: 1 }] }, '/lines/0/quantity'],
    ['quantity -1', { lines: [{ sku: 'A', quantity: -1, unitPrice: 1 }] }, '/lines/0/quantity'],
    [
      'a name of JavaScript as a country',
      { shippingAddress: { ...shopOrder().shippingAddress, country: 'toString' } },
      '/shippingAddress/country',
    ],
    [
      'a sum beyond what is exact',
      { lines: [{ sku: 'A', quantity: 100_000, unitPrice: 1_000_000_000_000 }] },
      '/lines',
    ],
    ['a name with a slash and a tilde', { 'a/b~c': 1 }, '/a~1b~0c'],
  ])('with %s is refused with 422 and a pointer to it', async (_what, changes, pointer) => {
    const reply = await api.channel.post('/v1/orders', { body: order(changes), headers: newKey() });
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, pointer]);
  });

  it('of 1.1 MB is refused with 413, also when it only has that size unpacked', async () => {
    const large = JSON.stringify(order({ metadata: { note: 'x'.repeat(1_100_000) } }));
    expect((await submitRaw(large)).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await submitRaw(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('may be compressed, and is refused where it can not be unpacked', async () => {
    const packed = gzipSync(JSON.stringify(shopOrder()));
    expect((await submitRaw(packed, { 'content-encoding': 'gzip' })).status).toBe(201);
    expect((await submitRaw(packed.subarray(0, 50), { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await submitRaw('x', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await submitRaw('x', { 'content-encoding': 'zip' })).status).toBe(415);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'nonsense'])(
    'as %s is refused with 415',
    async (type) => {
      expect((await submitRaw(JSON.stringify(shopOrder()), { 'content-type': type })).status).toBe(415);
    },
  );

  it('keeps strange but sound text as it is', async () => {
    const name = "„Ñandú“ 🦤 <b>'; DROP TABLE orders;--</b> ﷽ \u202e";
    const customer = { email: 'a@example.com', name };
    const reply = await api.channel.post('/v1/orders', { body: order({ customer }), headers: newKey() });
    expect([reply.status, reply.body.customer.name]).toEqual([201, name]);
  });
});

describe('a card number', () => {
  const PAN = '4242424242424242';
  it.each([
    ['as the token', { payment: { method: 'card', token: PAN } }],
    ['behind a prefix of the token', { payment: { method: 'card', token: `tok_${PAN}` } }],
    ['in metadata, with spaces', { metadata: { note: `card 4242 4242 4242 4242 please` } }],
    ['as what metadata calls a phone', { metadata: { phone: PAN } }],
    ['as a name in metadata', { metadata: { [PAN]: 'x' } }],
    ['as the name of the customer', { customer: { email: 'a@example.com', name: PAN } }],
    ['as the reference', { reference: '3782-822463-10005' }],
    ['as an unknown field', { [PAN]: 'x' }],
  ])('%s is refused, and stands neither in the answer nor in the log', async (_where, changes) => {
    const reply = await api.channel.post('/v1/orders', { body: order(changes), headers: newKey() });
    expect(reply.status).toBe(422);
    const told = JSON.stringify([reply.body, api.log]).replace(/[ -]/g, '');
    for (const number of [PAN, '378282246310005']) expect(told).not.toContain(number);
  });

  it('is not seen in a telephone number or an article number', async () => {
    const customer = { email: 'a@example.com', name: 'A', phone: '+4222222222222' };
    expect((await api.channel.post('/v1/orders', { body: order({ customer }), headers: newKey() })).status).toBe(201);
    const lines = [{ sku: '4222222222222', quantity: 1, unitPrice: 1 }];
    const reply = await api.channel.post('/v1/orders', { body: order({ lines }), headers: newKey() });
    expect(reply.body.errors[0]?.message).toBe('is not in the catalogue');
  });

  it.each(['302-1234567-1234567', '4820000000123', '1700000000000000', '0197f1c2a4b87c3e9d5f60718293a4b5'])(
    'is not seen in the reference %s of another shop',
    async (reference) => {
      const reply = await api.channel.post('/v1/orders', { body: order({ reference }), headers: newKey() });
      expect(reply.status).toBe(201);
    },
  );
});

describe('an address', () => {
  it.each([
    '/v1/orders/%',
    '/v1/orders/%ff',
    '/v1/orders/%E0%A4%A',
    '/%00',
    '/v1/orders/..%2f..%2f',
    '/v1//orders',
    '/v1/orders/a/b/c/d',
  ])('%s is answered with 400 or 404', async (path) => {
    expect([400, 404]).toContain((await api.ops.get(path)).status);
  });

  it('takes its own methods alone, and says which', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/v1/orders', 'POST, GET, HEAD, OPTIONS'],
      ['PUT', `/v1/orders/ord_${'0'.repeat(32)}`, 'GET, HEAD, OPTIONS'],
      ['PATCH', '/healthz', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const reply = await api.nobody.send(method, path);
      expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow]);
    }
    expect((await api.nobody.send('OPTIONS', '/v1/orders')).status).toBe(204);
  });
});

describe('HTTP that is not as it should be', () => {
  it('is answered with a problem and the end of the connection', async () => {
    expect(await sendBytes('HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json/s);
    const headers = `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await sendBytes(headers)).toMatch(/^HTTP\/1.1 431 .*"code":"headers_too_large"/s);
  });

  it('is refused where two lengths contradict each other', async () => {
    const smuggled =
      'POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n';
    const answer = await sendBytes(smuggled);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer.match(/^HTTP\/1.1 /gm)).toHaveLength(1);
  });
});
