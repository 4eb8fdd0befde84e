import fc from 'fast-check';
import {
  availableToPromise,
  findPromiseDate,
  firstSale,
  freeAt,
  notBeforeSale,
  unitsAt,
  unitsByLocation,
  type EarlierDemand,
  type ItemSupply,
  type SupplyShelf,
} from '../../../domain/inventory/promise';

const shelf = (sellable: number, more: Partial<SupplyShelf> = {}): SupplyShelf => ({
  ...{ location: 'loc-1', onHand: sellable, sellable, keptUnits: 0, keptPercent: 0, receipts: [] },
  ...more,
});
const supply = (shelves: SupplyShelf[], demands: EarlierDemand[] = []): ItemSupply => ({ shelves, demands });
const one = (item: ItemSupply) => [{ supply: item, quantity: 1 }];

describe('what a location can promise', () => {
  it('grows with what is expected, on its day and not before', () => {
    const place = shelf(3, { receipts: [{ at: 10, units: 4 }] });
    expect([freeAt(place, 9), freeAt(place, 10), freeAt(place, 99)]).toEqual([3, 7, 7]);
  });

  it.each([
    ['units', { keptUnits: 4 }, 6],
    ['a share, rounded up', { keptPercent: 25 }, 7],
    ['whichever is more', { keptUnits: 4, keptPercent: 25 }, 6],
    ['all', { keptPercent: 100 }, 0],
    ['more than there is', { keptUnits: 12 }, 0],
  ])('leaves %s there', (_what, kept, free) => {
    expect(freeAt(shelf(10, kept), 0)).toBe(free);
  });

  it('fills up what has to stay there before anything is free again', () => {
    const below = shelf(2, { keptUnits: 5, receipts: [{ at: 10, units: 4 }] });
    expect([freeAt(below, 0), freeAt(below, 10)]).toEqual([0, 1]);
  });

  it('leaves the share of what comes there, too', () => {
    expect(freeAt(shelf(10, { keptPercent: 10, receipts: [{ at: 1, units: 10 }] }), 1)).toBe(18);
  });
});

describe('available to promise', () => {
  // Worked by hand: 10 now; +20 on day 5, +5 on day 12; 8 due on day 3, 15 on day 9.
  const item = supply(
    [
      shelf(10, {
        receipts: [
          { at: 5, units: 20 },
          { at: 12, units: 5 },
        ],
      }),
    ],
    [
      { at: 3, units: 8 },
      { at: 9, units: 15 },
    ],
  );

  it.each([
    [0, 2],
    [3, 2],
    [4, 2],
    [5, 7],
    [9, 7],
    [12, 12],
    [99, 12],
  ])('on day %i is the lowest balance from then on: %i', (day, units) => {
    expect(availableToPromise(item, day)).toBe(units);
  });

  it.each([
    [1, 0],
    [2, 0],
    [3, 5],
    [7, 5],
    [8, 12],
    [12, 12],
    [13, null],
  ])('%i units can be promised for day %p', (quantity, day) => {
    expect(findPromiseDate(one(item), quantity, 0)).toBe(day);
  });

  it('takes what is due already off what is there first', () => {
    const waiting = supply([shelf(4, { receipts: [{ at: 5, units: 6 }] })], [{ at: null, units: 7 }]);
    expect([0, 5].map((day) => availableToPromise(waiting, day))).toEqual([0, 3]);
  });

  it('is nothing, and never less, where more was promised than there will be', () => {
    expect(availableToPromise(supply([shelf(1)], [{ at: 3, units: 9 }]), 0)).toBe(0);
  });
});

describe('a kit', () => {
  const a = supply([shelf(4), shelf(9, { location: 'loc-2' })]);
  const b = supply([shelf(9), shelf(3, { location: 'loc-2', receipts: [{ at: 7, units: 10 }] })]);
  const kit = [
    { supply: a, quantity: 1 },
    { supply: b, quantity: 2 },
  ];

  it('is there as often as all its parts are at one location', () => {
    expect(unitsByLocation(kit, 0)).toEqual([
      { location: 'loc-1', units: 4 },
      { location: 'loc-2', units: 1 },
    ]);
    expect([unitsAt(kit, 0), unitsAt(kit, 7)]).toEqual([5, 10]);
    expect([5, 6, 11].map((quantity) => findPromiseDate(kit, quantity, 0))).toEqual([0, 7, null]);
  });

  it('is not there where one of its parts is promised to others', () => {
    const claimed = [{ supply: { ...a, demands: [{ at: null, units: 11 }] }, quantity: 1 }, kit[1]!];
    expect(unitsAt(claimed, 0)).toBe(2);
  });

  it('of no parts, or whose parts are apart, is nowhere', () => {
    expect(unitsAt([], 0)).toBe(0);
    const apart = supply([shelf(9, { location: 'loc-3' })]);
    expect(unitsAt([kit[0]!, { supply: apart, quantity: 1 }], 0)).toBe(0);
  });
});

it('is not promised before it is sold, and for that day where nothing is known of when it comes', () => {
  expect(notBeforeSale(5, [null, null])).toBe(5);
  expect(notBeforeSale(5, [null, 9, 7])).toBe(9);
  expect(notBeforeSale(15, [9])).toBe(15);
  expect(notBeforeSale(null, [9])).toBe(9);
  expect(notBeforeSale(null, [])).toBeNull();
});

describe('for any supply and any promises before', () => {
  const amounts = fc.integer({ min: 1, max: 20 });
  const days = fc.integer({ min: 1, max: 30 });
  const shelves = fc.array(
    fc.record({
      sellable: fc.nat(20),
      keptUnits: fc.nat(5),
      keptPercent: fc.constantFrom(0, 0, 10, 50),
      receipts: fc.array(fc.record({ at: days, units: amounts }), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const items = fc.record({
    shelves: shelves.map((list) =>
      list.map((given, index) => shelf(given.sellable, { ...given, location: `loc-${index}` })),
    ),
    demands: fc.array(fc.record({ at: fc.option(days), units: amounts }), { maxLength: 4 }),
  });
  /** On every day, what was promised until then is there by then. */
  const isKept = ({ shelves: places, demands }: ItemSupply): boolean =>
    Array.from({ length: 32 }, (_, day) => day).every((day) => {
      const there = places.reduce((sum, place) => sum + freeAt(place, day), 0);
      const due = demands.filter(({ at }) => at === null || at <= day).reduce((sum, { units }) => sum + units, 0);
      return there >= due;
    });

  it('it is never below zero and never falls with time', () => {
    fc.assert(
      fc.property(items, (item) => {
        const found = Array.from({ length: 32 }, (_, day) => availableToPromise(item, day));
        expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
        expect(found).toEqual([...found].sort((a, b) => a - b));
      }),
    );
  });

  it('it is the lowest balance over all days from then on', () => {
    fc.assert(
      fc.property(items, fc.nat(31), (item, from) => {
        const balances = Array.from({ length: 32 }, (_, day) => {
          const there = item.shelves.reduce((sum, place) => sum + freeAt(place, day), 0);
          return there - item.demands.reduce((sum, { at, units }) => sum + (at === null || at <= day ? units : 0), 0);
        });
        expect(availableToPromise(item, from)).toBe(Math.max(0, Math.min(...balances.slice(from))));
      }),
    );
  });

  it('promises that are made one after the other are all kept, and none takes from one before it', () => {
    fc.assert(
      fc.property(shelves, fc.array(amounts, { maxLength: 12 }), (list, asked) => {
        const item = {
          shelves: list.map((given, index) => shelf(given.sellable, { ...given, location: `loc-${index}` })),
          demands: [] as EarlierDemand[],
        };
        for (const units of asked) {
          const at = findPromiseDate(one(item), units, 0);
          if (at !== null) item.demands.push({ at, units });
          expect(isKept(item)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no earlier day would have done, and where there is none, no day does', () => {
    fc.assert(
      fc.property(items, amounts, (item, units) => {
        const found = findPromiseDate(one(item), units, 0);
        const fits = Array.from({ length: 32 }, (_, day) => day).filter(
          (day) => availableToPromise(item, day) >= units,
        );
        expect(found).toBe(fits[0] ?? null);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the cut-off of a location', () => {
  const NOON = Date.UTC(2026, 2, 10, 12);
  const HOUR = 3_600_000;
  const until = (at: string) => ({ cutOff: { at, timeZone: 'UTC' } });
  const MIDNIGHT = NOON + 12 * HOUR;

  it('has what is there after it leave on the next day', () => {
    expect(findPromiseDate(one(supply([shelf(5, until('12:01'))])), 5, NOON)).toBe(NOON);
    expect(findPromiseDate(one(supply([shelf(5, until('12:00'))])), 5, NOON)).toBe(MIDNIGHT);
  });

  it('does not matter where others that send later have enough', () => {
    const late = shelf(5, { location: 'loc-2', ...until('18:00') });
    const item = supply([shelf(5, until('10:00')), late]);
    expect([5, 6].map((quantity) => findPromiseDate(one(item), quantity, NOON))).toEqual([NOON, MIDNIGHT]);
  });

  it('is passed by what comes later elsewhere and leaves on the same day', () => {
    const elsewhere = shelf(0, { location: 'loc-2', ...until('18:00'), receipts: [{ at: NOON + HOUR, units: 5 }] });
    const item = supply([shelf(5, until('10:00')), elsewhere]);
    expect(findPromiseDate(one(item), 5, NOON)).toBe(NOON + HOUR);
    const tooLate = shelf(0, { location: 'loc-2', ...until('18:00'), receipts: [{ at: NOON + 7 * HOUR, units: 5 }] });
    expect(findPromiseDate(one(supply([shelf(5, until('10:00')), tooLate])), 5, NOON)).toBe(MIDNIGHT);
  });

  it('holds on the day from which something is sold', () => {
    const soldFrom = [null, NOON + HOUR];
    const item = one(supply([shelf(5, until('12:30'))]));
    expect(findPromiseDate(item, 5, firstSale(NOON, soldFrom))).toBe(MIDNIGHT);
    expect(findPromiseDate(item, 5, firstSale(NOON, [null]))).toBe(NOON);
  });
});
