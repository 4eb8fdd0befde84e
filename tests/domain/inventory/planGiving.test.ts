import fc from 'fast-check';
import { countServed, planGiving, type GivingQuestion } from '../../../domain/inventory/reallocation/planGiving';

const mug = [{ sku: 'MUG', quantity: 1 }];
const at = (number: number, units: number, location = 'loc-1') => ({ number, location, units });
const ask = (changes: Partial<GivingQuestion>) =>
  planGiving({
    takes: [{ location: 'loc-1', units: 4 }],
    open: [at(1, 3), at(2, 3)],
    components: mug,
    claims: { MUG: 100 },
    free: () => 0,
    ...changes,
  });

describe('what a line gives up', () => {
  test('is of its newest parcels first, and only of where it was asked', () => {
    expect(ask({})).toEqual([at(1, 1), at(2, 3)]);
    expect(ask({ open: [at(1, 3), at(2, 3, 'loc-2')] })).toEqual([at(1, 3)]);
  });

  test('is no more than others still want', () => {
    expect(ask({ claims: { MUG: 2 } })).toEqual([at(2, 2)]);
    expect(ask({ claims: {} })).toEqual([]);
  });

  test('is no more than others want of what is not free there by now; safety stock counts as nothing', () => {
    expect(ask({ claims: { MUG: 5 }, free: () => 3 })).toEqual([at(2, 2)]);
    expect(ask({ claims: { MUG: 5 }, free: () => 5 })).toEqual([]);
    expect(ask({ claims: { MUG: 2 }, free: () => -10 })).toEqual([at(2, 2)]);
  });

  test('of a kit is as many whole ones as the component wants that is missing most', () => {
    const components = [
      { sku: 'LENS', quantity: 2 },
      { sku: 'BODY', quantity: 1 },
    ];
    expect(ask({ components, claims: { LENS: 3 } })).toEqual([at(2, 2)]);
    expect(ask({ components, claims: { LENS: 3, BODY: 3 } })).toEqual([at(2, 3)]);
  });

  test('at one place is not wanted at the next one any more', () => {
    const takes = [
      { location: 'loc-1', units: 2 },
      { location: 'loc-2', units: 2 },
    ];
    expect(ask({ takes, open: [at(1, 2), at(2, 2, 'loc-2')], claims: { MUG: 3 } })).toEqual([
      at(1, 2),
      at(2, 1, 'loc-2'),
    ]);
  });

  test('is never more than it was asked for, has, and is wanted, whatever comes', () => {
    const places = fc.constantFrom('loc-1', 'loc-2');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ location: places, units: fc.integer({ min: 1, max: 9 }) }), {
          selector: ({ location }) => location,
        }),
        fc.array(fc.record({ location: places, units: fc.integer({ min: 1, max: 5 }) }), { maxLength: 4 }),
        fc.nat(12),
        fc.integer({ min: -3, max: 4 }),
        (takes, given, wanted, free) => {
          const open = given.map((one, index) => ({ ...one, number: index + 1 }));
          const gives = planGiving({ takes, open, components: mug, claims: { MUG: wanted }, free: () => free });
          const sum = (list: readonly { units: number }[]) => list.reduce((total, { units }) => total + units, 0);
          expect(sum(gives)).toBeLessThanOrEqual(wanted);
          for (const { number, units } of gives) expect(units).toBeLessThanOrEqual(open[number - 1]?.units ?? 0);
          for (const location of ['loc-1', 'loc-2']) {
            const [here, asked] = [gives, takes].map((list) => sum(list.filter((one) => one.location === location)));
            expect(here).toBeLessThanOrEqual(asked ?? 0);
          }
        },
      ),
    );
  });
});

test.each([
  [[], 5, 0],
  [[{ units: 3, kept: 0 }], 2, 2],
  [[{ units: 3, kept: 2 }], 2, 0],
  [[{ units: 3, kept: 2 }], 4, 2],
  [[{ units: 3, kept: 2 }], 9, 3],
  [
    [
      { units: 3, kept: 0 },
      { units: 1, kept: 5 },
    ],
    5,
    3,
  ],
  [
    [
      { units: 3, kept: 0 },
      { units: 1, kept: 5 },
    ],
    6,
    4,
  ],
])('of the claims %j a shelf with %d serves %d', (claims, sellable, served) => {
  expect(countServed(claims, sellable)).toBe(served);
});
