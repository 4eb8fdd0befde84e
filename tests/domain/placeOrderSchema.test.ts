import fc from 'fast-check';
import { MAX_AMOUNT } from '../../domain/money';
import { MAX_LINES, placeOrderSchema, type PlaceOrder } from '../../domain/orders/schema';
import { computeTotals } from '../../domain/orders/totals';
import { placeOrderBody } from '../support/placeOrderBody';

const good = placeOrderBody();
const line = { sku: 'SHIRT', quantity: 1, unitPrice: 100 };
const accepted = (body: unknown) => placeOrderSchema.safeParse(body).success;

/** The sound order with one thing changed, given by its path: `customer.email`, `lines.0.sku`, … */
function change(path: string, value: unknown): unknown {
  const body = structuredClone(good) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const target = steps.reduce((at, step) => at[step] as Record<string, unknown>, body);
  if (value === undefined) delete target[last];
  else target[last] = value;
  return body;
}

/** The body as it comes over HTTP, where `__proto__` is a name like any other. */
const fromText = (edit: (text: string) => string) => JSON.parse(edit(JSON.stringify(good))) as unknown;

describe('an order is accepted', () => {
  test.each([
    ['as it is in the examples', {}],
    ['with 500 lines', { lines: Array<typeof line>(MAX_LINES).fill(line) }],
    ['with the same SKU on two lines', { lines: [line, { ...line, unitPrice: 90 }] }],
    ['for free', { lines: [{ ...line, unitPrice: 0 }], shipping: { method: 'standard', price: 0 } }],
    ['over the largest amount there is', { lines: [{ sku: 'A', quantity: 1, unitPrice: MAX_AMOUNT }] }],
    ['of 100000 units', { lines: [{ ...line, quantity: 100_000 }] }],
    ['in a currency without decimals', { currency: 'JPY' }],
    ['with all scripts and emoji in a name', { customer: { ...good.customer, name: 'Zoë 山田 عائشة 🎁' } }],
    ['without a phone', { customer: { email: 'ada@example.com', name: 'Ada' } }],
    ['with metadata', { metadata: { 'gift.note': 'for Grace\nwith love', constructor: 'x' } }],
    ['with express shipping', { shipping: { method: 'express', price: 1299 } }],
  ])('%s', (_what, changes) => {
    expect(placeOrderSchema.safeParse({ ...good, ...changes }).error).toBeUndefined();
  });

  test('with blanks around a text, which are taken off', () => {
    expect(placeOrderSchema.parse(change('reference', '  WEB-7 ')).reference).toBe('WEB-7');
  });
});

describe.each([
  ['NUL', 'a\0b'],
  ['another control character', 'a\u0007b'],
  ['a lone surrogate', 'a\ud83db'],
  ['a line break', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['nothing but blanks', '   '],
  ['an empty text', ''],
  ['a text of 300 characters', 'x'.repeat(300)],
  ['a number', 7],
  ['null', null],
  ['a list', ['a']],
  ['nothing', undefined],
])('%s is refused', (_what, bad) => {
  test.each([
    ['reference'],
    ['currency'],
    ['customer.email'],
    ['customer.name'],
    ['shippingAddress.name'],
    ['shippingAddress.line1'],
    ['shippingAddress.city'],
    ['shippingAddress.postalCode'],
    ['shippingAddress.country'],
    ['lines.0.sku'],
    ['payment.token'],
    ['payment.method'],
    ['shipping.method'],
  ])('as %s', (path) => {
    expect(accepted(change(path, bad))).toBe(false);
  });
});

describe.each([
  ['a fraction', 1.5],
  ['a negative number', -1],
  ['2^53', 2 ** 53],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['a number as text', '2'],
  ['null', null],
  ['nothing', undefined],
])('%s is refused', (_what, bad) => {
  test.each([['lines.0.quantity'], ['lines.0.unitPrice'], ['shipping.price']])('as %s', (path) => {
    expect(accepted(change(path, bad))).toBe(false);
  });
});

describe('an order is refused', () => {
  test.each([
    ['without lines', 'lines', []],
    ['with 501 lines', 'lines', Array(MAX_LINES + 1).fill(line)],
    ['with a quantity of zero', 'lines.0.quantity', 0],
    ['with more units than a line may have', 'lines.0.quantity', 100_001],
    ['with a price above the largest amount', 'lines.0.unitPrice', MAX_AMOUNT + 1],
    ['in a currency that is none', 'currency', 'XXX'],
    ['in a currency in small letters', 'currency', 'eur'],
    ['in the currency __proto__', 'currency', '__proto__'],
    ['to a country that is none', 'shippingAddress.country', 'XX'],
    ['to a country by its name', 'shippingAddress.country', 'Germany'],
    ['to a country in small letters', 'shippingAddress.country', 'de'],
    ['to the country constructor', 'shippingAddress.country', 'constructor'],
    ['to the country __proto__', 'shippingAddress.country', '__proto__'],
    ['with an email that is none', 'customer.email', 'ada@'],
    ['with a second header in the email', 'customer.email', 'ada@example.com\r\nBcc: eve@example.com'],
    ['with a phone in national form', 'customer.phone', '030 123456'],
    ['with a card number as token', 'payment.token', '4111111111111111'],
    ['with a card number with blanks as token', 'payment.token', '4111 1111 1111 1111'],
    ['with a card number with dashes as token', 'payment.token', '4111-1111-1111-1111'],
    ['with another means of payment', 'payment.method', 'cash'],
    ['with an unknown way of shipping', 'shipping.method', 'drone'],
    ['with a blank in a SKU', 'lines.0.sku', 'BLUE SHIRT'],
    ['with a quote in a SKU', 'lines.0.sku', "'; DROP TABLE orders; --"],
    ['with a SKU of 65 characters', 'lines.0.sku', 'x'.repeat(65)],
    ['with a name that is not asked for', 'coupon', 'FREE'],
    ['with a name that is not asked for in a line', 'lines.0.discount', 1],
    ['with a name that is not asked for in the payment', 'payment.cardNumber', '4111111111111111'],
    [
      'with 51 entries of metadata',
      'metadata',
      Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v'])),
    ],
    ['with a number in its metadata', 'metadata', { size: 1 }],
    ['with NUL in its metadata', 'metadata', { note: 'a\0b' }],
    ['with a lone surrogate in its metadata', 'metadata', { note: '\udc00' }],
    ['with a blank in the name of an entry of metadata', 'metadata', { 'a b': 'v' }],
  ])('%s', (_what, path, value) => {
    expect(accepted(change(path, value))).toBe(false);
  });

  test('when its lines add up to more than the largest amount, each of them being small enough', () => {
    const half = { sku: 'A', quantity: 1, unitPrice: MAX_AMOUNT / 2 };
    expect(accepted({ ...good, lines: [half, half] })).toBe(true);
    const refused = placeOrderSchema.safeParse({ ...good, lines: [half, half, line] });
    expect(refused.error?.issues).toMatchObject([
      { path: ['lines'], message: expect.stringContaining('must not exceed') },
    ]);
  });

  test.each([
    ['at the top', (text: string) => text.replace('{', '{"__proto__": {"reference": "x"}, ')],
    ['in the customer', (text: string) => text.replace('"customer":{', '"customer":{"__proto__": {"admin": "1"}, ')],
    ['in a line', (text: string) => text.replace('"lines":[{', '"lines":[{"__proto__": {"unitPrice": 0}, ')],
  ])('with __proto__ %s, and no prototype is touched', (_where, edit) => {
    expect(accepted(fromText(edit))).toBe(false);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  test.each([[undefined], [null], [[]], ['order'], [42], [[good]]])('when it is %j and no object', (body) => {
    expect(accepted(body)).toBe(false);
  });
});

describe('whatever is sent', () => {
  test('as __proto__ in the metadata is dropped, and no prototype is touched', () => {
    const order = placeOrderSchema.parse(
      fromText((text) => text.replace('{', '{"metadata": {"__proto__": "x", "a": "b"}, ')),
    );
    expect(Object.entries(order.metadata ?? {})).toEqual([['a', 'b']]);
    expect(Object.getPrototypeOf(order.metadata)).toBe(Object.prototype);
  });

  test('is accepted or refused, and never breaks the reader', () => {
    const paths = [
      'reference',
      'currency',
      'customer',
      'shippingAddress',
      'lines',
      'lines.0',
      'shipping',
      'payment',
      'metadata',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, value) => {
        expect(() => placeOrderSchema.safeParse(change(path, value))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  test('adds up to an exact amount once it is accepted', () => {
    const lines = fc.array(
      fc.record({
        sku: fc.constant('A'),
        quantity: fc.integer({ min: 1, max: 100_000 }),
        unitPrice: fc.nat({ max: MAX_AMOUNT }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(lines, fc.nat({ max: MAX_AMOUNT }), (given, price) => {
        const order: PlaceOrder = { ...good, lines: given, shipping: { method: 'standard', price } };
        if (accepted(order)) expect(Number.isSafeInteger(computeTotals(order).grand)).toBe(true);
      }),
    );
  });
});
