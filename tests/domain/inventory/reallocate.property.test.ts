import fc from 'fast-check';
import { REALLOCATION_CLASSES } from '../../../domain/inventory/reallocation/classes';
import {
  reallocate,
  type FreeStock,
  type ReallocatedLine,
  type ReallocationDemand,
} from '../../../domain/inventory/reallocation/reallocate';

const PLACES = ['loc-1', 'loc-2', 'loc-3'];
const SKUS = ['A', 'B'];

const demand = (parts: fc.Arbitrary<Record<string, number>>) =>
  fc.record({
    class: fc.constantFrom(...REALLOCATION_CLASSES),
    priority: fc.integer({ min: -1, max: 2 }),
    askedAt: fc.integer({ min: 1, max: 3 }).map((day) => `2026-01-0${day}T00:00:00.000Z`),
    promisedAt: fc.option(fc.integer({ min: 1, max: 3 }).map((day) => `2026-02-0${day}T00:00:00.000Z`)),
    short: fc.nat(6),
    locked: fc.nat(3),
    confirmed: fc
      .subarray(PLACES)
      .chain((places) => fc.tuple(...places.map((location) => fc.nat(5).map((units) => ({ location, units }))))),
    parts,
    reach: fc.subarray(PLACES),
  });
type Given = Omit<ReallocationDemand, 'orderId' | 'lineId' | 'wanted' | 'components'> & {
  short: number;
  parts: Record<string, number>;
};
const toDemands = (given: Given[]): ReallocationDemand[] =>
  given.map(({ short, parts, ...more }, index) => ({
    ...{ orderId: `ord-${index}`, lineId: `line-${index}`, ...more },
    wanted: short + more.locked + total(more.confirmed),
    components: Object.entries(parts).map(([sku, quantity]) => ({ sku, quantity })),
  }));
const total = (places: readonly { units: number }[]): number => places.reduce((sum, { units }) => sum + units, 0);

const freeStock: fc.Arbitrary<FreeStock> = fc
  .tuple(...PLACES.flatMap((location) => SKUS.map((sku) => fc.nat(6).map((units) => ({ location, sku, units })))))
  .map((free) => free);
const oneItem = fc.constant({ A: 1 });
const kits = fc.dictionary(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 3 }), { minKeys: 1 });
const scene = (parts: fc.Arbitrary<Record<string, number>>) =>
  fc.record({ free: freeStock, demands: fc.array(demand(parts), { maxLength: 8 }).map(toDemands) });
type Scene = { free: FreeStock; demands: ReallocationDemand[] };

const outcome = (found: ReallocatedLine[]) => new Map(found.map((line) => [line.lineId, line]));
const isShort = ({ wanted, locked }: ReallocationDemand, { gets }: ReallocatedLine) => gets < wanted - locked;

/** What those of a class still have at a place. */
const held = (demands: ReallocationDemand[], lines: Map<string, ReallocatedLine>, giver: string, location: string) =>
  total(
    demands
      .filter((one) => one.class === giver)
      .map(({ lineId, confirmed }) => ({
        units:
          total(confirmed.filter((at) => at.location === location)) -
          total(lines.get(lineId)?.gives.filter((at) => at.location === location) ?? []),
      })),
  );

const check = (parts: fc.Arbitrary<Record<string, number>>, property: (scene: Scene) => void) =>
  fc.assert(fc.property(scene(parts), property), { numRuns: 500 });

describe.each([
  ['of single items', oneItem],
  ['of kits that share components', kits],
])('a re-allocation %s', (_what, parts) => {
  test('takes nothing from win and keep, and gives fill and lose nothing', () =>
    check(parts, ({ free, demands }) => {
      const lines = outcome(reallocate(free, demands));
      for (const one of demands) {
        const { had, gets, gives } = lines.get(one.lineId) as ReallocatedLine;
        if (one.class === 'win' || one.class === 'keep') expect([gives, gets >= had]).toEqual([[], true]);
        else expect(gets).toBe(had - total(gives));
        expect(gets).toBeLessThanOrEqual(one.wanted - one.locked);
        for (const { location, units } of gives)
          expect(units).toBeLessThanOrEqual(total(one.confirmed.filter((at) => at.location === location)));
      }
    }));

  test('gives out no more of any item than is free or was given up', () =>
    check(parts, ({ free, demands }) => {
      const lines = outcome(reallocate(free, demands));
      for (const sku of SKUS) {
        const change = demands.reduce((sum, { lineId, components }) => {
          const { had, gets } = lines.get(lineId) as ReallocatedLine;
          return sum + (gets - had) * (components.find((part) => part.sku === sku)?.quantity ?? 0);
        }, 0);
        expect(change).toBeLessThanOrEqual(total(free.filter((at) => at.sku === sku)));
      }
    }));

  test('says the same in whatever order it hears of the demands', () =>
    fc.assert(
      fc.property(
        scene(parts).chain((given) =>
          fc.record({
            given: fc.constant(given),
            shuffled: fc.shuffledSubarray(given.demands, { minLength: given.demands.length }),
          }),
        ),
        ({ given, shuffled }) => {
          expect(outcome(reallocate(given.free, shuffled))).toEqual(outcome(reallocate(given.free, given.demands)));
        },
      ),
    ));
});

describe('a re-allocation of single items', () => {
  test('leaves a win short only where nothing can be taken from fill and lose', () =>
    check(oneItem, (given) => {
      const lines = outcome(reallocate(given.free, given.demands));
      const winners = given.demands.filter(({ class: of }) => of === 'win' || of === 'keep');
      for (const one of given.demands.filter(({ class: of }) => of === 'win'))
        if (isShort(one, lines.get(one.lineId) as ReallocatedLine))
          for (const location of one.reach)
            for (const giver of ['lose', 'fill']) expect(held(given.demands, lines, giver, location)).toBe(0);
      // What is taken is gained by somebody, in sum.
      const gained = winners.reduce((sum, { lineId }) => {
        const { had, gets } = lines.get(lineId) as ReallocatedLine;
        return sum + gets - had;
      }, 0);
      expect(total([...lines.values()].flatMap(({ gives }) => gives))).toBeLessThanOrEqual(gained);
    }));

  test('leaves a keep short only where nothing can be taken from lose', () =>
    check(oneItem, (given) => {
      const lines = outcome(reallocate(given.free, given.demands));
      for (const one of given.demands.filter(({ class: of }) => of === 'keep'))
        if (isShort(one, lines.get(one.lineId) as ReallocatedLine))
          for (const location of one.reach) expect(held(given.demands, lines, 'lose', location)).toBe(0);
    }));

  test('changes nothing when it is run again over what it left', () =>
    fc.assert(
      fc.property(scene(oneItem), fc.constantFrom(...PLACES), ({ free, demands }, only) => {
        // In one place, since the answer does not say where the winners get what they get.
        const here = demands.map((one) => ({
          ...one,
          reach: one.reach.filter((location) => location === only),
          confirmed: one.confirmed.filter(({ location }) => location === only),
          wanted: one.wanted - total(one.confirmed.filter(({ location }) => location !== only)),
        }));
        const first = reallocate(free, here);
        const lines = outcome(first);
        const change = first.reduce((sum, { had, gets }) => sum + gets - had, 0);
        const again = here.map((one) => ({
          ...one,
          confirmed: [{ location: only, units: (lines.get(one.lineId) as ReallocatedLine).gets }],
        }));
        const rest = free.map((at) =>
          at.location === only && at.sku === 'A' ? { ...at, units: at.units - change } : at,
        );
        for (const { had, gets } of reallocate(rest, again)) expect(gets).toBe(had);
      }),
      { numRuns: 500 },
    ));
});

const line = (
  lineId: string,
  of: ReallocationDemand['class'],
  more: Partial<ReallocationDemand>,
): ReallocationDemand => ({
  ...{ orderId: `of-${lineId}`, lineId, class: of, priority: 0, promisedAt: null, askedAt: '2026-01-01T00:00:00.000Z' },
  ...{ wanted: 5, confirmed: [], locked: 0, components: [{ sku: 'A', quantity: 1 }], reach: ['loc-1', 'loc-2'] },
  ...more,
});
const has = (location: string, units: number) => ({ confirmed: [{ location, units }], wanted: units });
const gets = (free: FreeStock, demands: ReallocationDemand[]) =>
  Object.fromEntries(reallocate(free, demands).map((found) => [found.lineId, found.gets]));

describe('whoever gains', () => {
  test('takes what is free anywhere before anybody loses, from lose before fill, and from the least of them first', () => {
    const demands = [
      line('winner', 'win', { wanted: 9 }),
      line('filler', 'fill', has('loc-1', 3)),
      line('loser', 'lose', { ...has('loc-1', 2), priority: 1 }),
      line('least', 'lose', has('loc-1', 2)),
    ];
    const free = [{ location: 'loc-2', sku: 'A', units: 4 }];
    expect(gets(free, demands)).toEqual({ winner: 9, filler: 2, loser: 0, least: 0 });
    expect(gets(free, [...demands.slice(1), line('winner', 'win', { wanted: 5 })])).toEqual({
      ...{ winner: 5, filler: 3, loser: 2, least: 1 },
    });
  });

  test('comes by priority, then by the earlier promise, then by the time at which it asked', () => {
    const [early, late] = ['2026-02-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z'];
    const asked = '2025-12-31T00:00:00.000Z';
    const demands = [
      line('unpromised', 'keep', { wanted: 2, askedAt: asked }),
      line('late', 'keep', { wanted: 2, promisedAt: late, askedAt: asked }),
      line('early', 'keep', { wanted: 2, promisedAt: early }),
      line('earlier asked', 'keep', { wanted: 2, promisedAt: early, askedAt: asked }),
      line('urgent', 'keep', { wanted: 2, priority: 1 }),
    ];
    const order = ['urgent', 'earlier asked', 'early', 'late', 'unpromised'];
    for (let served = 1; served <= order.length; served += 1) {
      const found = gets([{ location: 'loc-1', sku: 'A', units: 2 * served }], demands);
      expect(order.map((lineId) => found[lineId])).toEqual(order.map((_, index) => (index < served ? 2 : 0)));
    }
  });

  test('takes nothing from where it may not get units', () => {
    const demands = [line('winner', 'win', { reach: ['loc-2'] }), line('loser', 'lose', has('loc-1', 5))];
    expect(gets([], demands)).toEqual({ winner: 0, loser: 5 });
  });

  test('takes whole kits: nothing is taken while another component is missing', () => {
    const kit = {
      components: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
      wanted: 3,
    };
    const demands = [line('winner', 'win', kit), line('loser', 'lose', has('loc-1', 6))];
    expect(gets([], demands)).toEqual({ winner: 0, loser: 6 });
    expect(gets([{ location: 'loc-1', sku: 'B', units: 2 }], demands)).toEqual({ winner: 2, loser: 2 });
  });
});
