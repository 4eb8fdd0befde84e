import fc from 'fast-check';
import type { Criterion, SourcingRule } from '../../../domain/inventory/sourcing/strategy';
import type { Candidate, Demand } from '../../../domain/inventory/sourcing/types';
import { at, kit, of, plan, rule, served } from './sourcingScene';

const SKUS = ['A', 'B', 'C', 'D'];
const stock = (most: number) => fc.record(Object.fromEntries(SKUS.map((sku) => [sku, fc.nat(most)])));
const candidates = (count: number, most: number) =>
  fc.array(
    fc.record({
      available: stock(most),
      priority: fc.nat(3),
      active: fc.boolean().map((no) => !no || most % 2 === 0),
      capacityLeft: fc.constantFrom(null, null, 0, 1, 5),
      kind: fc.constantFrom('warehouse' as const, 'store' as const, 'in_transit' as const),
    }),
    { minLength: 1, maxLength: count },
  );
const named = (given: { available: Record<string, number> }[]): Candidate[] =>
  given.map(({ available, ...more }, index) => at(`loc-${index}`, available, more));
/** Lines of items, of kits, or of both; SKUs may come again. */
const lines = (most: number) =>
  fc
    .array(
      fc.record({
        units: fc.integer({ min: 1, max: most }),
        parts: fc.oneof(
          fc.constantFrom(...SKUS).map((sku) => ({ [sku]: 1 })),
          fc.dictionary(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 2 }), { minKeys: 1, maxKeys: 3 }),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((rows) => rows.map(({ units, parts }, index) => kit(`line-${index}`, units, parts)));
const criteria = fc.uniqueArray(
  fc.constantFrom<Criterion>(
    { by: 'shipments' },
    { by: 'same_country' },
    { by: 'distance' },
    { by: 'priority' },
    { by: 'stock_depth' },
    { by: 'capacity' },
  ),
  { minLength: 1, maxLength: 3 },
);
const rules = fc.record({
  shipComplete: fc.constantFrom('order' as const, 'line' as const, 'none' as const),
  maxShipments: fc.integer({ min: 1, max: 5 }),
  criteria,
});

const mayServe = ({ active, capacityLeft, kind }: Candidate): boolean =>
  active && capacityLeft !== 0 && kind !== 'in_transit';
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
const subsets = <T>(list: T[]): T[][] =>
  list.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]]);

/** The most units that a set of locations can serve, by trying every way; independent of the code that is tested. */
function mostUnits(demands: Demand[], set: Candidate[], wholeLines: boolean): number {
  const known = new Map<string, number>();
  const from = (line: number, place: number, left: number, shelves: Record<string, number>[]): number => {
    const demand = demands[line];
    if (demand === undefined) return 0;
    const key = JSON.stringify([line, place, left, shelves]);
    let best = known.get(key);
    if (best !== undefined) return best;
    const next = () => from(line + 1, 0, demands[line + 1]?.units ?? 0, shelves);
    if (place === set.length) {
      best = next();
    } else {
      best = from(line, place + 1, left, shelves);
      for (let units = wholeLines ? left : 1; units <= left && units > 0; units += 1) {
        const shelf = { ...shelves[place] };
        for (const { sku, quantity } of demand.components) shelf[sku] = (shelf[sku] ?? 0) - units * quantity;
        if (Object.values(shelf).some((count) => count < 0)) break;
        const after = shelves.map((other, index) => (index === place ? shelf : other));
        const more =
          units === left && wholeLines
            ? from(line + 1, 0, demands[line + 1]?.units ?? 0, after)
            : from(line, place + 1, left - units, after);
        best = Math.max(best, units + more);
      }
    }
    known.set(key, best);
    return best;
  };
  return from(
    0,
    0,
    demands[0]?.units ?? 0,
    set.map(({ available }) => ({ ...available })),
  );
}

describe('for any order, any shelves and any rule', () => {
  it('what is planned and what is short add up to what is asked, and no location gives more than it has', () => {
    fc.assert(
      fc.property(lines(6), candidates(6, 7), rules, (demands, given, given_rule) => {
        const shelves = named(given);
        const made = plan(demands, shelves, rule(given_rule));
        for (const { lineId, units } of demands) {
          const planned = made.fulfilments.flatMap((one) => one.lines).filter((line) => line.lineId === lineId);
          const short = made.short.filter((line) => line.lineId === lineId);
          expect(sum([...planned, ...short].map((line) => line.units))).toBe(units);
          if (given_rule.shipComplete === 'line') expect(planned.length).toBeLessThanOrEqual(1);
          if (given_rule.shipComplete === 'line' && planned.length > 0) expect(short).toEqual([]);
        }
        for (const { location, lines: planned } of made.fulfilments) {
          const place = shelves.find((one) => one.location === location)!;
          expect(mayServe(place)).toBe(true);
          for (const sku of SKUS) {
            const taken = planned.map(({ lineId, units }) => {
              const demand = demands.find((one) => one.lineId === lineId)!;
              return units * (demand.components.find((part) => part.sku === sku)?.quantity ?? 0);
            });
            expect(sum(taken)).toBeLessThanOrEqual(place.available[sku]!);
          }
        }
        expect(made.fulfilments.length).toBeLessThanOrEqual(given_rule.maxShipments);
        if (given_rule.shipComplete === 'order') {
          expect(made.fulfilments.length).toBeLessThanOrEqual(1);
          expect([0, sum(demands.map(({ units }) => units))]).toContain(served(made));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('every location is explained once, and the chosen ones are those of the plan', () => {
    fc.assert(
      fc.property(lines(4), candidates(6, 5), rules, (demands, given, given_rule) => {
        const made = plan(demands, named(given), rule(given_rule));
        const { locations } = made.explanation;
        expect(locations.map(({ location }) => location).sort()).toEqual(named(given).map(({ location }) => location));
        expect(
          locations
            .filter(({ chosen }) => chosen)
            .map(({ location }) => location)
            .sort(),
        ).toEqual(made.fulfilments.map(({ location }) => location).sort());
        for (const { why, eligible, chosen } of locations) {
          expect(why).not.toBe('');
          expect(eligible || !chosen).toBe(true);
        }
      }),
    );
  });

  it('the order in which locations come makes no difference', () => {
    fc.assert(
      fc.property(
        lines(4),
        candidates(5, 5),
        rules,
        fc.infiniteStream(fc.nat()),
        (demands, given, given_rule, keys) => {
          const shelves = named(given);
          const shuffled = shelves
            .map((shelf) => ({ shelf, key: keys.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ shelf }) => shelf);
          const [made, again] = [shelves, shuffled].map((order) => plan(demands, order, rule(given_rule)));
          expect(again!.fulfilments).toEqual(made!.fulfilments);
          expect(again!.short).toEqual(made!.short);
        },
      ),
    );
  });
});

describe('against every set of up to five locations', () => {
  it('the plan serves most units, and from the fewest locations that can', () => {
    fc.assert(
      fc.property(lines(2), candidates(4, 2), rules, (demands, given, given_rule) => {
        const shelves = named(given);
        const fewest: SourcingRule = rule({ ...given_rule, criteria: [{ by: 'shipments' }, { by: 'priority' }] });
        const made = plan(demands, shelves, fewest);
        const asked = sum(demands.map(({ units }) => units));
        const most = fewest.shipComplete === 'order' ? 1 : fewest.maxShipments;
        const outcomes = subsets(shelves.filter(mayServe))
          .filter((set) => set.length <= most)
          .map((set) => ({ size: set.length, units: mostUnits(demands, set, fewest.shipComplete === 'line') }))
          .filter(({ units }) => fewest.shipComplete !== 'order' || units === asked || units === 0);
        const bestUnits = Math.max(...outcomes.map(({ units }) => units));
        const bestSize = Math.min(...outcomes.filter(({ units }) => units === bestUnits).map(({ size }) => size));
        expect([served(made), made.fulfilments.length]).toEqual([bestUnits, bestUnits === 0 ? 0 : bestSize]);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, Criterion[]]>([
    ['fewest shipments, then priority', [{ by: 'shipments' }, { by: 'priority' }]],
    ['priority, then fewest shipments', [{ by: 'priority' }, { by: 'shipments' }]],
  ])('the plan is the best by %s', (_name, order) => {
    const plain = fc.uniqueArray(fc.tuple(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 9 })), {
      selector: ([sku]) => sku,
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(plain, candidates(5, 6), fc.integer({ min: 1, max: 5 }), (items, given, maxShipments) => {
        const shelves = named(given);
        const demands = items.map(([sku, units]) => of(sku, units));
        const made = plan(demands, shelves, rule({ maxShipments, criteria: order }));
        /** Each unit of an item from the location of the smallest priority that still has one. */
        const weigh = (set: Candidate[]): number[] => {
          const units = items.flatMap(([sku, count]) =>
            set
              .flatMap(({ available, priority }) => Array.from({ length: available[sku]! }, () => priority))
              .sort((a, b) => a - b)
              .slice(0, count),
          );
          const weights = { shipments: set.length, priority: sum(units) };
          return [-units.length, ...order.map(({ by }) => weights[by as 'shipments' | 'priority'])];
        };
        const compare = (a: number[], b: number[]): number =>
          a.map((one, n) => one - b[n]!).find((one) => one !== 0) ?? 0;
        const [best] = subsets(shelves.filter(mayServe))
          .filter((set) => set.length <= maxShipments)
          .map(weigh)
          .sort(compare);
        const used = shelves.filter(({ location }) => made.fulfilments.some((one) => one.location === location));
        const priority = sum(
          made.fulfilments.map(
            ({ location, lines: planned }) =>
              sum(planned.map(({ units }) => units)) * shelves.find((one) => one.location === location)!.priority,
          ),
        );
        const weights = { shipments: used.length, priority };
        expect([-served(made), ...order.map(({ by }) => weights[by as 'shipments' | 'priority'])]).toEqual(best);
      }),
      { numRuns: 400 },
    );
  });
});
