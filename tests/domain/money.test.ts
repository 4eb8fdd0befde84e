import fc from 'fast-check';
import { formatMoney, split, sum } from '../../domain/money';

const exact = fc.maxSafeInteger();
const weights = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 40 });
const hugeWeights = fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 20 });
const bigSum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + BigInt(amount), 0n);
const isExact = (amount: bigint) => amount >= Number.MIN_SAFE_INTEGER && amount <= Number.MAX_SAFE_INTEGER;

describe('a sum of amounts', () => {
  test('is the exact sum, or refused: never a rounded one', () => {
    fc.assert(
      fc.property(fc.array(exact, { maxLength: 20 }), (amounts) => {
        const partial = amounts.map((_, index) => bigSum(amounts.slice(0, index + 1)));
        if (partial.every(isExact)) expect(BigInt(sum(amounts))).toBe(bigSum(amounts));
        else expect(() => sum(amounts)).toThrow(RangeError);
      }),
    );
  });

  test('of nothing is zero', () => {
    expect(sum([])).toBe(0);
  });

  test.each([[0.5], [NaN], [Infinity], [-Infinity], [2 ** 53], [1e300]])('with %p in it is refused', (amount) => {
    expect(() => sum([1, amount])).toThrow(RangeError);
  });

  test('of 0.1 and 0.2 is refused instead of becoming 0.30000000000000004', () => {
    expect(() => sum([0.1, 0.2])).toThrow('is not an exact amount');
  });
});

describe('an amount that is split', () => {
  test('adds up to itself exactly, however large, negative or oddly weighted it is', () => {
    fc.assert(
      fc.property(exact, fc.oneof(weights, hugeWeights), (amount, given) => {
        const parts = split(amount, given);
        expect(parts).toHaveLength(given.length);
        expect(parts.every(Number.isSafeInteger)).toBe(true);
        expect(bigSum(parts)).toBe(BigInt(amount));
      }),
    );
  });

  test('gives no part a full unit more or less than its share', () => {
    fc.assert(
      fc.property(exact, fc.oneof(weights, hugeWeights), (amount, given) => {
        fc.pre(given.some((weight) => weight > 0));
        const whole = bigSum(given);
        split(amount, given).forEach((part, index) => {
          const distance = BigInt(part) * whole - BigInt(amount) * BigInt(given[index] ?? 0);
          expect(distance < whole && distance > -whole).toBe(true);
        });
      }),
    );
  });

  test('gives a larger weight at least as much as a smaller one, and equal weights in the order they stand', () => {
    fc.assert(
      fc.property(fc.nat(), weights, (amount, given) => {
        const parts = split(amount, given);
        for (let left = 0; left < given.length; left += 1) {
          for (let right = left + 1; right < given.length; right += 1) {
            const [a, b] = [given[left] ?? 0, given[right] ?? 0];
            const [partA, partB] = [parts[left] ?? 0, parts[right] ?? 0];
            if (a >= b) expect(partA).toBeGreaterThanOrEqual(partB);
            else expect(partB).toBeGreaterThanOrEqual(partA);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('is split the same way with the opposite sign', () => {
    fc.assert(
      fc.property(exact, weights, (amount, given) => {
        const mirrored = split(-amount, given).map((part) => -part || 0);
        expect(mirrored).toEqual(split(amount, given));
      }),
    );
  });

  test('with all weights zero is split evenly, the rest going to the first', () => {
    expect(split(100, [0, 0, 0])).toEqual([34, 33, 33]);
    fc.assert(
      fc.property(exact, fc.integer({ min: 1, max: 50 }), (amount, count) => {
        expect(split(amount, Array<number>(count).fill(0))).toEqual(split(amount, Array<number>(count).fill(1)));
      }),
    );
  });

  test('gives nothing to a weight of zero beside others', () => {
    fc.assert(
      fc.property(exact, weights, fc.nat({ max: 39 }), (amount, given, at) => {
        const position = at % given.length;
        const withZero = given.toSpliced(position, 0, 0);
        fc.pre(withZero.some((weight) => weight > 0));
        expect(split(amount, withZero)[position]).toBe(0);
      }),
    );
  });

  test('comes out the same every time, and never as minus zero', () => {
    fc.assert(
      fc.property(exact, weights, (amount, given) => {
        const parts = split(amount, given);
        expect(split(amount, Object.freeze([...given]))).toEqual(parts);
        expect(parts.some((part) => Object.is(part, -0))).toBe(false);
      }),
    );
  });

  test.each([
    ['no weights', []],
    ['a negative weight', [1, -1]],
    ['a fractional weight', [1, 0.5]],
    ['a weight beyond 2^53', [2 ** 53]],
    ['a weight that is no number', [NaN]],
  ])('with %s is refused', (_what, given) => {
    expect(() => split(10, given)).toThrow(RangeError);
  });

  test.each([[0.5], [NaN], [Infinity]])('of %p is refused', (amount) => {
    expect(() => split(amount, [1, 2])).toThrow(RangeError);
  });
});

describe('money for people', () => {
  test.each([
    [1999, 'EUR', '19.99 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [0, 'USD', '0.00 USD'],
    [-1999, 'EUR', '-19.99 EUR'],
    [-5, 'EUR', '-0.05 EUR'],
    [1999, 'JPY', '1999 JPY'],
    [0, 'JPY', '0 JPY'],
    [-7, 'KRW', '-7 KRW'],
    [1999, 'KWD', '1.999 KWD'],
    [1, 'BHD', '0.001 BHD'],
    [19999, 'CLF', '1.9999 CLF'],
    [1, 'UYW', '0.0001 UYW'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
  ])('%p of %s is written %s', (amount, currency, text) => {
    expect(formatMoney(amount, currency)).toBe(text);
  });

  test('can be read back to the very amount, in every kind of currency', () => {
    fc.assert(
      fc.property(exact, fc.constantFrom('JPY', 'EUR', 'KWD', 'CLF'), (amount, currency) => {
        const [number = '', code] = formatMoney(amount, currency).split(' ');
        expect(code).toBe(currency);
        expect(number).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(number.replace('.', '')) || 0).toBe(amount || 0);
      }),
    );
  });

  test.each([['eur'], ['XXX'], [''], ['__proto__'], ['EURO']])('is refused in the currency %p', (currency) => {
    expect(() => formatMoney(1, currency)).toThrow(RangeError);
  });
});
