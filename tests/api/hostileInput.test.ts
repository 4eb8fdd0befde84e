import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

/** Values, texts and bodies that are sound JSON and no sound request: refused where they stand, or kept as they are. */
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { RATE_LIMIT_PER_MINUTE: '1000000' } });
});
afterAll(() => api.close());

const submitRaw = (raw: string | Uint8Array, headers: Record<string, string> = {}) =>
  api.channel.post('/v1/orders', { raw, headers: { ...newKey(), ...headers } });
const submit = (changes: object) =>
  api.channel.post('/v1/orders', { body: { ...shopOrder(), ...changes }, headers: newKey() });
/** The order as text, with what JSON.stringify would not write in the place of "HERE". */
const written = (changes: object, text: string): string =>
  JSON.stringify({ ...shopOrder(), ...changes }).replaceAll('"HERE"', text);
const line = (changes: object) => [{ sku: 'TSHIRT-BLK-M', quantity: 1, unitPrice: 1, ...changes }];

describe('a number', () => {
  const numbers = ['1.5', '0.1', '-0.5', '-1', '1e400', '-1e400', '9007199254740993', '1e21', '2147483648', '1e-400']
    .concat(['"1"', '"NaN"', 'true', 'null', '[1]', '{}', '"0x10"', '"1e3"', '""'])
    .map((text) => [text]);
  test.each(numbers)('written as %s is no quantity', async (text) => {
    const reply = await submitRaw(written({ lines: line({ quantity: 'HERE' }) }, text));
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, '/lines/0/quantity']);
  });

  test.each(['1.5', '-1', '1e400', '9007199254740993', '1e21', '"1"', 'null', '19.99'])(
    'written as %s is no price, in currencies of two, no and three decimals',
    async (text) => {
      for (const currency of ['EUR', 'JPY', 'KWD']) {
        const reply = await submitRaw(written({ currency, lines: line({ unitPrice: 'HERE' }) }, text));
        expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, '/lines/0/unitPrice']);
      }
    },
  );

  test.each(['0', '-0', '0.0', '0e5'])(
    'written as %s is no quantity, and as a price means nothing to pay',
    async (text) => {
      expect((await submitRaw(written({ lines: line({ quantity: 'HERE' }) }, text))).status).toBe(422);
      const reply = await submitRaw(written({ lines: line({ unitPrice: 'HERE' }) }, text));
      expect([reply.status, Object.is(reply.body.lines[0]?.unitPrice, 0)]).toEqual([201, true]);
    },
  );

  test('of minor units is kept to the last digit, in a currency of any decimals', async () => {
    for (const currency of ['EUR', 'JPY', 'KWD']) {
      const { status, body } = await submit({ currency, lines: line({ quantity: 3, unitPrice: 99_999_999_999 }) });
      expect([status, body.totals.items, body.currency]).toEqual([201, 299_999_999_997, currency]);
    }
  });

  test('comes in one currency for the whole order', async () => {
    const reply = await submit({ lines: line({ currency: 'USD' }) });
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, '/lines/0/currency']);
    for (const currency of ['eur', 'EURO', 'XXX1', 'ZZZ', '', '€'])
      expect((await submit({ currency })).body.errors[0]?.pointer).toBe('/currency');
  });
});

describe('a name of JavaScript', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    '%s is refused or kept as metadata, and never lost unseen',
    async (name) => {
      const reply = await submitRaw(written({ metadata: 'HERE' }, `{"${name}": "x"}`));
      if (reply.status === 201) expect(Object.entries(reply.body.metadata)).toEqual([[name, 'x']]);
      else expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, '/metadata']);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    },
  );

  test.each([
    '{"__proto__": {"reference": "stolen"}}',
    '{"constructor": {"prototype": {"role": "admin"}}}',
    '{"toString": 1, "valueOf": 2}',
  ])('%s in the place of a body gives nobody anything', async (raw) => {
    expect((await submitRaw(raw)).status).toBe(422);
    expect((await api.nobody.get('/v1/orders')).status).toBe(401);
  });
});

describe('a size', () => {
  test('of 10,000 lines is refused with a pointer to them', async () => {
    const lines = Array.from({ length: 10_000 }, () => ({ sku: 'TSHIRT-BLK-M', quantity: 1, unitPrice: 1 }));
    const reply = await submit({ lines });
    expect([reply.status, reply.body.errors]).toEqual([
      422,
      [{ pointer: '/lines', message: expect.stringContaining('500') }],
    ]);
  });

  test.each(['reference', 'currency', 'metadata', 'payment', 'lines'])(
    'of a million characters as %s is refused',
    async (name) => {
      const reply = await submit({ [name]: 'x'.repeat(1_000_000) });
      expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, `/${name}`]);
      expect(reply.text.length).toBeLessThan(1_000);
    },
  );

  test('of a million names, entries or errors is answered in a few words', async () => {
    const names = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1]));
    for (const body of [
      names,
      { lines: Array.from({ length: 400 }, () => ({})) },
      Array.from({ length: 400_000 }, () => 1),
    ]) {
      const reply = await api.channel.post('/v1/orders', { body, headers: newKey() });
      expect([reply.status, reply.text.length < 10_000]).toEqual([422, true]);
    }
  });

  test.each([
    ['21 levels', '['.repeat(21) + ']'.repeat(21)],
    ['levels without end', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['60,000 objects', JSON.stringify(Array.from({ length: 60_000 }, () => ({})))],
  ])('of %s is refused before it is parsed', async (_what, raw) => {
    const reply = await submitRaw(raw);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, '']);
    expect(reply.body.detail).toMatch(/^the body (is nested deeper than 20 levels|holds more than 50000 objects)/);
  });

  test('is measured in UTF-8 alone', async () => {
    const utf16 = Buffer.from(JSON.stringify(shopOrder()), 'utf16le');
    const reply = await submitRaw(utf16, { 'content-type': 'application/json; charset=utf-16le' });
    expect(reply.status).toBe(415);
  });

  test('of brackets within a text is none', async () => {
    const note = '[{"\\"'.repeat(60);
    expect((await submit({ metadata: { note } })).body.metadata).toEqual({ note });
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('that only shows once %s has been unpacked is refused with 413', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(100_000_000, ' '));
    expect(bomb.length).toBeLessThan(120_000);
    expect((await submitRaw(bomb, { 'content-encoding': encoding })).status).toBe(413);
  });

  test('that hides in several layers of packing is refused', async () => {
    const twice = gzipSync(gzipSync(Buffer.alloc(1_000_000, ' ')));
    expect((await submitRaw(twice, { 'content-encoding': 'gzip, gzip' })).status).toBe(415);
    expect((await submitRaw(twice, { 'content-encoding': 'gzip' })).status).toBe(400);
  });
});

describe('a text', () => {
  test('behind a byte order mark is read or refused as a body', async () => {
    expect([201, 400]).toContain((await submitRaw(`\ufeff${JSON.stringify(shopOrder())}`)).status);
  });

  test('without a type is no body', async () => {
    expect((await submitRaw(JSON.stringify(shopOrder()), { 'content-type': '' })).status).toBe(415);
  });

  test('that looks like another one is another one', async () => {
    const [composed, decomposed] = [`\u00c5-${Date.now()}`, `A\u030a-${Date.now()}`];
    const [first, second] = [await submit({ reference: composed }), await submit({ reference: decomposed })];
    expect([first.status, second.status, first.body.id === second.body.id]).toEqual([201, 201, false]);
    const found = await api.channel.get(`/v1/orders?reference=${encodeURIComponent(decomposed)}`);
    expect(found.body.data.map(({ reference }) => reference)).toEqual([decomposed]);
  });

  test.each(
    [
      '0000-01-01',
      '0001-01-01T00:00:00Z',
      '2026-02-30',
      '2026-13-01',
      '2026-11-24T25:00:00Z',
      '2016-12-31T23:59:60Z',
    ].concat([
      '+275760-09-13T00:00:00Z',
      '-000001-01-01T00:00:00Z',
      '1e3',
      'NaN',
      '2026-11-24T00:00:00',
      '2026-11-24 00:00',
      '',
      '99999999999999',
    ]),
  )('%s is no time', async (text) => {
    const reply = await api.channel.get(`/v1/orders?createdFrom=${encodeURIComponent(text)}`);
    expect([reply.status, reply.body.errors?.[0]?.pointer]).toEqual([422, 'createdFrom']);
  });
  test.each(['1970-01-01', '9999-12-31T23:59:59.999999999Z', '2024-02-29', '2026-11-24T00:00:00+14:00'])(
    '%s is a time',
    async (text) => {
      expect((await api.channel.get(`/v1/orders?createdTo=${encodeURIComponent(text)}`)).status).toBe(200);
    },
  );

  test.each(['0', '-1', '201', '1e2', '0x10', '1.5', 'NaN', '', ' ', '9'.repeat(400), 'limit'])(
    '%j is no limit of a list, or means the number it is',
    async (text) => {
      const reply = await api.channel.get(`/v1/orders?limit=${encodeURIComponent(text)}`);
      expect([200, 422]).toContain(reply.status);
      if (reply.status === 422) expect(reply.body.errors[0]?.pointer).toBe('limit');
    },
  );

  test('given several times is refused as a parameter', async () => {
    for (const query of [
      'reference=a&reference=b',
      'limit=1&limit=2',
      'reference[]=a',
      'reference[$ne]=a',
      'status[0]=received',
    ])
      expect((await api.channel.get(`/v1/orders?${query}`)).status).toBe(422);
  });
});
