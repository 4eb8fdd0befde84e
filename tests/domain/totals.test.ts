import fc from 'fast-check';
import { MAX_AMOUNT } from '../../domain/money';
import { computeTotals } from '../../domain/orders/totals';

const lines = fc.array(
  fc.record({ quantity: fc.integer({ min: 1, max: 100_000 }), unitPrice: fc.nat({ max: 10_000_000 }) }),
  { minLength: 1, maxLength: 500 },
);

describe('the totals of an order', () => {
  test('add up: the grand total is the sum of its parts, and the items that of the lines', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (given, price) => {
        const { items, shipping, discount, tax, grand } = computeTotals({ lines: given, shipping: { price } });
        expect(grand).toBe(items + shipping + tax - discount);
        expect(BigInt(items)).toBe(
          given.reduce((total, line) => total + BigInt(line.quantity) * BigInt(line.unitPrice), 0n),
        );
        expect(shipping).toBe(price);
        expect([items, shipping, discount, tax, grand].every(Number.isSafeInteger)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('do not depend on the order of the lines', () => {
    fc.assert(
      fc.property(lines, fc.nat(), (given, price) => {
        const totals = computeTotals({ lines: given, shipping: { price } });
        expect(computeTotals({ lines: given.toReversed(), shipping: { price } })).toEqual(totals);
      }),
      { numRuns: 50 },
    );
  });

  test('of the dearest order there can be are exact', () => {
    const dearest = { lines: [{ quantity: 1, unitPrice: MAX_AMOUNT }], shipping: { price: MAX_AMOUNT } };
    expect(computeTotals(dearest).grand).toBe(2 * MAX_AMOUNT);
  });

  test('that can not be exact are refused', () => {
    const line = { quantity: 100_000, unitPrice: MAX_AMOUNT };
    expect(() => computeTotals({ lines: [line], shipping: { price: 0 } })).toThrow(RangeError);
  });
});
