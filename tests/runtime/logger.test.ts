import { createLogger } from '../../runtime/logger';
import { scrubCardNumbers } from '../../runtime/scrubCardNumbers';

const REMOVED = '[card number removed]';

describe('card numbers', () => {
  test.each([
    ['4111111111111111'],
    ['4111 1111 1111 1111'],
    ['5555-5555-5555-4444'],
    ['378282246310005'],
    ['6011000990139424'],
    ['2223003122003222'],
  ])('%s is removed from a text', (number) => {
    expect(scrubCardNumbers(`paid with ${number}, thanks`)).toBe(`paid with ${REMOVED}, thanks`);
  });

  test('are found beside other digits, and each of several', () => {
    expect(scrubCardNumbers('order 12 4111 1111 1111 1111')).toBe(`order 12 ${REMOVED}`);
    expect(scrubCardNumbers('4111111111111111 12/27')).toBe(`${REMOVED} 12/27`);
    expect(scrubCardNumbers('4111111111111111,5555555555554444')).toBe(`${REMOVED},${REMOVED}`);
  });

  test.each([
    ['a number that fails the check digit', '4111111111111112'],
    ['a time in milliseconds', '1764000000000'],
    ['a longer run of digits', '41111111111111111111111'],
    ['a uuid', 'ord_01935482-4111-7111-8111-411111111111'],
    ['a date and time', '2026-11-24 05:41:00'],
    ['a hash', 'a4111111111111111bcdef0123456789'],
  ])('%s stays as it is', (_what, text) => {
    expect(scrubCardNumbers(text)).toBe(text);
  });
});

describe('the logger', () => {
  test('writes one JSON line with the fields of the child logger', () => {
    const { logger, lines } = capture();
    logger.child({ requestId: 'req_1' }).info({ orderId: 'ord_1' }, 'placed');
    expect(lines()).toEqual([
      expect.objectContaining({ level: 30, name: 'test', requestId: 'req_1', orderId: 'ord_1', msg: 'placed' }),
    ]);
  });

  test.each([
    ['a header', { headers: { Authorization: 'Bearer sesame', 'set-cookie': ['id=sesame'] } }],
    ['a deep field', { a: { b: { c: { d: { apiKey: 'sesame' } } } } }],
    ['a payment token', { payment: { method: 'card', token: 'sesame' } }],
    ['a password in an address', { databaseUrl: 'postgres://oms:sesame@127.0.0.1:5432/oms' }],
  ])('removes the secret in %s', (_where, fields) => {
    const { logger, text } = capture();
    logger.info(fields, 'seen');
    expect(text()).not.toContain('sesame');
    expect(text()).toContain('removed');
  });

  test('removes card numbers and API keys from messages, fields and errors', () => {
    const { logger, text, lines } = capture();
    const key = 'oms_channel_0123456789abcdef0123456789abcdef';
    logger.child({ note: 'card 4111 1111 1111 1111' }).error(new Error(`refused 5555555555554444 for ${key}`));
    expect(text()).not.toMatch(/4111|5555|0123456789abcdef/);
    expect(lines()).toEqual([expect.objectContaining({ note: `card ${REMOVED}`, level: 50 })]);
  });

  test('removes the values of a statement from an error of the database, and from the errors within it', () => {
    const failed = (more: object) =>
      Object.assign(new Error('no connection'), { bindings: ['Lovelace', { to: ['Lovelace'] }] }, more);
    const { logger, text, lines } = capture();
    logger.warn({ err: failed({ sql: 'INSERT' }), error: failed({ detail: 'Failing row contains (Lovelace)' }) });
    logger.error(new AggregateError([failed({ inner: failed({ where: 'Lovelace' }) })], 'several'));
    logger.error(new Error('outer', { cause: failed({ parameters: ['Lovelace'] }) }));
    expect(text()).not.toContain('Lovelace');
    expect(lines()).toMatchObject([
      { err: { type: 'Error', message: 'no connection', sql: 'INSERT' }, error: { message: 'no connection' } },
      { err: { message: 'several', aggregateErrors: [{ inner: { message: 'no connection' } }] } },
      { err: { message: 'outer: no connection', stack: expect.stringContaining('caused by') } },
    ]);
  });

  test('leaves amounts, times and ids alone', () => {
    const { logger, lines } = capture();
    logger.info({ amount: 4111111111111111, at: 1764000000000 }, 'SAMPLE-1764000000000');
    expect(lines()).toEqual([
      expect.objectContaining({ amount: 4111111111111111, at: 1764000000000, msg: 'SAMPLE-1764000000000' }),
    ]);
  });
});

function capture() {
  let written = '';
  const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line) => (written += line) } });
  return {
    logger,
    text: () => written,
    lines: () =>
      written
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
  };
}
