import fc from 'fast-check';
import { chooseLots, lotsThatLeft, type ShelfLot } from '../../../domain/inventory/picking/chooseLots';

const lot = (name: string, units: number, expiresOn: string | null, expired = false): ShelfLot => ({
  ...{ lot: name, units, expiresOn, expired },
});
const SHELF = [lot('NEVER', 5, null), lot('LATE', 2, '2027-06-30'), lot('SOON', 3, '2027-01-31')];
const OLD = lot('OLD', 4, '2020-01-31', true);

describe('the lots that a parcel gets', () => {
  it('are those that expire first, and never one that has expired', () => {
    expect(chooseLots(6, [OLD, ...SHELF], [])).toEqual({
      lots: [
        { lot: 'SOON', units: 3 },
        { lot: 'LATE', units: 2 },
        { lot: 'NEVER', units: 1 },
      ],
    });
    expect(chooseLots(11, [OLD, ...SHELF], [])).toEqual({
      fault: 'has 10 of the 11 units in lots that have not expired: put more there, or cancel the order',
    });
  });

  it('are those that are named, a lot that is named twice with all of it', () => {
    const named = [
      { lot: 'LATE', units: 1 },
      { lot: 'SOON', units: 1 },
      { lot: 'LATE', units: 1 },
    ];
    expect(chooseLots(3, SHELF, named)).toEqual({
      lots: [
        { lot: 'LATE', units: 2 },
        { lot: 'SOON', units: 1 },
      ],
    });
    expect(chooseLots(4, SHELF, [{ lot: 'LATE', units: 2 }, ...named.slice(1)])).toEqual({
      fault: 'has 2 units of lot LATE that are free to be picked',
    });
  });
});

describe('the lots that have left', () => {
  it('are expired ones only as far as the others have too little', () => {
    expect(lotsThatLeft(3, [OLD, ...SHELF])).toEqual([{ lot: 'SOON', units: 3 }]);
    expect(lotsThatLeft(12, [OLD, ...SHELF]).at(-1)).toEqual({ lot: 'OLD', units: 2 });
  });

  it('are together what left, as far as there is so much, and no lot gives more than it has', () => {
    const shelf = fc.uniqueArray(
      fc.record({
        lot: fc.string({ minLength: 1, maxLength: 3 }),
        units: fc.integer({ min: 1, max: 9 }),
        expiresOn: fc.option(fc.constantFrom('2020-01-31', '2027-01-31', '2027-06-30')),
        expired: fc.boolean(),
      }),
      { selector: (one) => one.lot, maxLength: 6 },
    );
    fc.assert(
      fc.property(shelf, fc.integer({ min: 1, max: 40 }), (lots, wanted) => {
        const left = lotsThatLeft(wanted, lots);
        const unitsOf = (some: readonly { units: number }[]) => some.reduce((sum, { units }) => sum + units, 0);
        expect(unitsOf(left)).toBe(Math.min(wanted, unitsOf(lots)));
        for (const { lot: name, units } of left)
          expect(units).toBeLessThanOrEqual(lots.find((one) => one.lot === name)?.units ?? 0);
        const good = unitsOf(lots.filter(({ expired }) => !expired));
        const old = left.filter(({ lot: name }) => lots.find((one) => one.lot === name)?.expired);
        expect(unitsOf(old)).toBe(Math.max(0, Math.min(wanted, unitsOf(lots)) - good));
      }),
    );
  });
});
