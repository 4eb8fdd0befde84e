import fc from 'fast-check';
import { firstExpiredFirst } from '../../../domain/inventory/stock/firstExpiredFirst';
import { findShortfall } from '../../../domain/inventory/stock/findShortfall';

const lots = [
  { lot: 'never', expiresOn: null, units: 5 },
  { lot: 'late', expiresOn: '2027-09-30', units: 4 },
  { lot: 'soon', expiresOn: '2027-01-31', units: 3 },
  { lot: 'soon-too', expiresOn: '2027-01-31', units: 2 },
];

describe('units that leave', () => {
  test('are of the lot that expires first, of equal ones of the one given first, and of those without an expiry last', () => {
    const taken = firstExpiredFirst(lots, 13).map(({ lot, units }) => [lot, units]);
    expect(taken).toEqual([
      ['soon', 3],
      ['soon-too', 2],
      ['late', 4],
      ['never', 4],
    ]);
  });

  test('are as many as asked for or all there are, and never more of a lot than it has', () => {
    const someLots = fc.uniqueArray(
      fc.record({
        lot: fc.string(),
        expiresOn: fc.option(fc.integer({ min: 2025, max: 2030 }).map((year) => `${year}-06-01`)),
        units: fc.nat(20),
      }),
      { selector: ({ lot }) => lot },
    );
    fc.assert(
      fc.property(someLots, fc.nat(100), (given, wanted) => {
        const taken = firstExpiredFirst(given, wanted);
        const sum = (list: { units: number }[]) => list.reduce((total, { units }) => total + units, 0);
        expect(sum(taken)).toBe(Math.min(wanted, sum(given)));
        const left = given.flatMap((lot) => {
          const gone = taken.find((one) => one.lot === lot.lot && one.expiresOn === lot.expiresOn)?.units ?? 0;
          return lot.units > gone ? [lot.expiresOn ?? '9999'] : [];
        });
        // What was taken never expires after something that was left, but for the lot that was opened last.
        const opened = taken.map(({ expiresOn }) => expiresOn ?? '9999');
        expect(left.every((expiry) => opened.every((one) => one <= expiry))).toBe(true);
      }),
    );
  });
});

describe('figures of a level', () => {
  const level = { onHand: 10, reserved: 6, picked: 2, damaged: 0, qualityHold: 0, incoming: 0 };
  test.each([
    [level, null],
    [{ ...level, damaged: 3, qualityHold: 1 }, null],
    [{ ...level, onHand: 5 }, '5 units on hand would be less than the 6 reserved for orders'],
    [{ ...level, damaged: 5 }, '10 units on hand would be less than the 11 reserved, damaged or held back'],
    [{ ...level, picked: 7 }, '7 units picked would be more than the 6 reserved for orders'],
    [{ ...level, picked: -1 }, '-1 units would be picked'],
    [{ ...level, onHand: -1, reserved: 0 }, '-1 units would be on hand'],
    [{ ...level, damaged: -2 }, '-2 units would be damaged'],
    [{ ...level, incoming: -3 }, '-3 units would be on their way'],
  ])('%j: %s', (figures, shortfall) => {
    expect(findShortfall(figures)).toBe(shortfall);
  });
});
