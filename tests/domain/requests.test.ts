import fc from 'fast-check';
import { BadPayload, readCancel, readHold, readPay, readRelease, readResolve } from '../../domain/orders/requests';

const READERS = { readCancel, readHold, readPay, readRelease, readResolve };
const readers = Object.entries(READERS);
type Reader = (payload: unknown, fallbackId: string) => object;

/** Everything there is in JavaScript, and objects with the very names that are asked for: those get furthest. */
const value = fc.oneof(
  fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true, withObjectString: true, withDate: true }),
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.constantFrom(
    '',
    'retry',
    'settled',
    'operator',
    'fraud_review',
    '\0',
    'a\0b',
    '\ud800',
    'x'.repeat(500),
    'x'.repeat(501),
  ),
);
const NAMES = ['requestId', 'actor', 'reason', 'note', 'type', 'holdId', 'tokenId', 'resolution'];
const payload = fc.oneof(
  value,
  fc.dictionary(fc.constantFrom(...NAMES, '__proto__', 'constructor'), value),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

/** What a reader makes of a payload; null when it says that it is none. */
function read(reader: Reader, given: unknown): Record<string, unknown> | null {
  try {
    return reader(given, 'fallback') as Record<string, unknown>;
  } catch (error) {
    if (error instanceof BadPayload) return null;
    throw error;
  }
}

describe.each(readers)('%s', (_name, reader) => {
  test('takes or refuses anything at all, and never breaks', () => {
    fc.assert(
      fc.property(payload, (given) => {
        try {
          reader(given, 'fallback');
        } catch (error) {
          expect(error).toBeInstanceOf(BadPayload);
          expect((error as Error).message.length).toBeLessThan(200);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('lets through only short texts that Postgres can store', () => {
    fc.assert(
      fc.property(payload, (given) => {
        for (const text of Object.values(read(reader, given) ?? {})) {
          if (text === null) continue;
          if (typeof text !== 'string') throw new Error(`a ${typeof text} was let through`);
          expect(text.length).toBeLessThanOrEqual(500);
          expect(text).not.toContain('\0');
          expect(text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('keeps nothing that was not asked for', () => {
    const given = JSON.parse(
      `{"reason": "r", "tokenId": "t", "resolution": "retry", "card": "4111111111111111", "__proto__": {"actor": "root"}}`,
    ) as unknown;
    const request = read(reader, given);
    expect(request).not.toHaveProperty('card');
    expect(request).toMatchObject({ actor: 'temporal', requestId: 'fallback' });
  });
});

const good = { reason: 'customer asked', tokenId: 'pay_1', resolution: 'settled', note: 'by bank transfer' };

describe.each([
  ['NUL', 'a\0b'],
  ['a lone surrogate', 'a\ud800b'],
  ['more than 500 characters', 'x'.repeat(501)],
  ['a number', 42],
  ['an object', {}],
  ['an array', ['a']],
  ['true', true],
])('%s', (_what, bad) => {
  test.each([
    ['the reason of a cancellation', readCancel, 'reason'],
    ['the note of a cancellation', readCancel, 'note'],
    ['the reason of a hold', readHold, 'reason'],
    ['the type of a hold', readHold, 'type'],
    ['the hold to release', readRelease, 'holdId'],
    ['the note of a release', readRelease, 'note'],
    ['a payment token', readPay, 'tokenId'],
    ['a resolution', readResolve, 'resolution'],
    ['the note of a resolution', readResolve, 'note'],
    ['the name of who asks', readCancel, 'actor'],
    ['the id of a request', readCancel, 'requestId'],
  ] as const)('is refused as %s', (_where, reader: Reader, name) => {
    expect(read(reader, good)).not.toBeNull();
    expect(() => reader({ ...good, [name]: bad }, 'fallback')).toThrow(BadPayload);
  });
});

describe('a request', () => {
  test('may leave out who asks and its id', () => {
    expect(readCancel({ reason: 'r' }, 'id-1')).toEqual({
      requestId: 'id-1',
      actor: 'temporal',
      reason: 'r',
      note: null,
    });
  });

  test('to release needs nothing at all when typed by hand', () => {
    for (const nothing of [undefined, null, {}]) {
      expect(readRelease(nothing, 'id-1')).toEqual({ requestId: 'id-1', actor: 'temporal', holdId: null, note: null });
    }
  });

  test('to hold is one of an operator unless it says otherwise', () => {
    expect(readHold({ reason: 'r' }, 'id').type).toBe('operator');
    expect(readHold({ reason: 'r', type: 'fraud_review' }, 'id').type).toBe('fraud_review');
    expect(() => readHold({ reason: 'r', type: 'toString' }, 'id')).toThrow(
      'operator, fraud_review, address or payment',
    );
  });

  test('that says settled has to say how', () => {
    expect(() => readResolve({ resolution: 'settled' }, 'id')).toThrow('note has to say how it was settled');
    expect(readResolve({ resolution: 'retry' }, 'id')).toMatchObject({ resolution: 'retry', note: '' });
  });

  test.each([[undefined], [null], ['cancel'], [42], [[]], [[{ reason: 'r' }]]])(
    'to cancel given as %j is answered with an example',
    (given) => {
      expect(() => readCancel(given, 'id')).toThrow('one JSON object is needed, such as {"reason": "customer asked"}');
    },
  );

  test('takes a text of exactly 500 characters, emoji and all scripts', () => {
    for (const reason of ['x'.repeat(500), 'Grüße 🎁 顧客 العميل', 'two\nlines']) {
      expect(readCancel({ reason }, 'id').reason).toBe(reason);
    }
  });
});
