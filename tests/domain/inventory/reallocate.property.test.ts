import fc from 'fast-check';
import { REALLOCATION_CLASSES } from '../../../domain/inventory/reallocation/classes';
import {
  reallocate,
  type Gainer,
  type ReallocatedLine,
  type ReallocationDemand,
  type ReallocationPlace,
  type ReallocationQuestion,
} from '../../../domain/inventory/reallocation/reallocate';
import { planSourcing } from '../../../domain/inventory/sourcing/planSourcing';
import { DEFAULT_STRATEGY } from '../../../domain/inventory/sourcing/strategy';
import { withhold } from '../../../domain/inventory/withhold';
import { at, rule } from './sourcingScene';

const PLACES = ['loc-1', 'loc-2', 'loc-3'];
const SKUS = ['A', 'B'];

const strategies = fc
  .record({
    shipComplete: fc.constantFrom('order' as const, 'line' as const, 'none' as const),
    maxShipments: fc.integer({ min: 1, max: 3 }),
    locations: fc.subarray(PLACES, { maxLength: 2 }),
  })
  .map(({ locations, ...more }) => ({ rules: [rule({ ...more, exclude: { locations } })] }));

/** An order of one line or two. Its place among the others is that of its first line. */
const order = (parts: fc.Arbitrary<Record<string, number>>) =>
  fc.record({
    class: fc.constantFrom(...REALLOCATION_CLASSES),
    priority: fc.integer({ min: -1, max: 2 }),
    promisedAt: fc.option(fc.integer({ min: 1, max: 3 }).map((day) => `2026-02-0${day}T00:00:00.000Z`)),
    askedAt: fc.integer({ min: 1, max: 3 }).map((day) => `2026-01-0${day}T00:00:00.000Z`),
    strategy: strategies,
    buffer: fc.constantFrom(0, 0, 0, 1, 3),
    lines: fc.array(
      fc.record({
        short: fc.nat(6),
        locked: fc.nat(3),
        confirmed: fc
          .subarray(PLACES)
          .chain((places) => fc.tuple(...places.map((location) => fc.nat(5).map((units) => ({ location, units }))))),
        parts,
      }),
      { minLength: 1, maxLength: 2 },
    ),
  });
const places = fc
  .tuple(
    ...PLACES.map((location) =>
      fc.record({
        sellable: fc.record({ A: fc.nat(6), B: fc.nat(6) }),
        capacityLeft: fc.constantFrom(null, null, 0, 1, 2),
        location: fc.constant(location),
      }),
    ),
  )
  .map((all): ReallocationPlace[] =>
    all.map(({ location, sellable, capacityLeft }) => {
      const { available: _available, ...place } = at(location, {}, { capacityLeft });
      return { ...place, sellable };
    }),
  );
const total = (units: readonly { units: number }[]): number => units.reduce((sum, one) => sum + one.units, 0);

const scene = (parts: fc.Arbitrary<Record<string, number>>): fc.Arbitrary<ReallocationQuestion> =>
  fc.record({ places, orders: fc.array(order(parts), { maxLength: 6 }) }).map(({ orders, ...more }) => ({
    ...more,
    demands: orders.flatMap(({ lines, strategy: _strategy, buffer: _buffer, ...given }, number) =>
      lines.map(({ short, parts: of, ...line }, index): ReallocationDemand => ({
        ...{ orderId: `ord-${number}`, lineId: `ord-${number}_${index}`, sku: Object.keys(of)[0] ?? 'A' },
        ...{ ...given, ...line, wanted: short + line.locked + total(line.confirmed) },
        components: Object.entries(of).map(([sku, quantity]) => ({ sku, quantity })),
      })),
    ),
    gainers: new Map(
      orders.flatMap(({ class: of, strategy, buffer }, number): [string, Gainer][] =>
        of === 'win' || of === 'keep'
          ? [
              [
                `ord-${number}`,
                { channel: 'web', strategy, kept: () => buffer, destination: { country: 'DE', coordinates: null } },
              ],
            ]
          : [],
      ),
    ),
  }));
const oneItem = fc.constant({ A: 1 });
const kits = fc.dictionary(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 3 }), { minKeys: 1 });

const outcome = (found: ReallocatedLine[]) => new Map(found.map((line) => [line.lineId, line]));
const quantityOf = ({ components }: ReallocationDemand, sku: string) =>
  components.find((part) => part.sku === sku)?.quantity ?? 0;

const RANKS = ['win', 'keep', 'fill', 'lose'];
const byPrecedence = (a: ReallocationDemand, b: ReallocationDemand) =>
  RANKS.indexOf(a.class) - RANKS.indexOf(b.class) ||
  b.priority - a.priority ||
  (a.promisedAt ?? '9').localeCompare(b.promisedAt ?? '9') ||
  a.askedAt.localeCompare(b.askedAt) ||
  a.lineId.localeCompare(b.lineId);

/**
 * What orders that may gain are given: of what is free, and then of what all that lose have given up by the plan. Each is allocated
 * as a real one is, one after the other, until nobody gets more.
 * @returns the units that each line gained.
 */
function carryOut({ places: before, demands, gainers }: ReallocationQuestion, lines: Map<string, ReallocatedLine>) {
  const shelves = before.map((place) => ({ ...place, sellable: { ...place.sellable } }));
  const giveUp = () => {
    for (const demand of demands)
      for (const { location, units } of lines.get(demand.lineId)?.gives ?? [])
        for (const { sku, quantity } of demand.components) {
          const shelf = shelves.find((one) => one.location === location);
          if (shelf) shelf.sellable[sku] = (shelf.sellable[sku] ?? 0) + units * quantity;
        }
  };
  const lacks = new Map(
    demands.map(({ lineId, wanted, locked, confirmed }) => [lineId, wanted - locked - total(confirmed)]),
  );
  const gained = new Map(demands.map(({ lineId }) => [lineId, 0]));
  const waiting = demands.filter(({ orderId }) => gainers.has(orderId)).sort(byPrecedence);
  const orders = [...new Set(waiting.map(({ orderId }) => orderId))];
  const linesOf = (orderId: string) => waiting.filter((one) => one.orderId === orderId);
  for (let [isMoving, given] = [true, false]; isMoving || !given;) {
    if (!isMoving) {
      giveUp();
      given = true;
    }
    isMoving = false;
    const ahead: Record<string, number> = {};
    for (const orderId of orders) {
      const gainer = gainers.get(orderId) as Gainer;
      const open = shelves.map(({ sellable, ...place }) => ({
        ...place,
        stock: Object.fromEntries(
          SKUS.map((sku) => [sku, { sellable: sellable[sku] ?? 0, kept: gainer.kept(place.location, sku) }]),
        ),
      }));
      const wanted = linesOf(orderId).flatMap(({ lineId, components }) => {
        const units = lacks.get(lineId) ?? 0;
        return units > 0 ? [{ lineId, units, components }] : [];
      });
      const { candidates } = withhold(open, ahead);
      for (const { location, lines: parts } of planSourcing({ ...gainer, demands: wanted, candidates }).fulfilments) {
        isMoving = true;
        const shelf = shelves.find((one) => one.location === location) as (typeof shelves)[number];
        if (shelf.capacityLeft !== null) shelf.capacityLeft -= 1;
        for (const { lineId, units } of parts) {
          lacks.set(lineId, (lacks.get(lineId) ?? 0) - units);
          gained.set(lineId, (gained.get(lineId) ?? 0) + units);
          for (const { sku, quantity } of wanted.find((one) => one.lineId === lineId)?.components ?? [])
            shelf.sellable[sku] = (shelf.sellable[sku] ?? 0) - units * quantity;
        }
      }
      for (const demand of linesOf(orderId))
        for (const sku of SKUS)
          ahead[sku] = (ahead[sku] ?? 0) + Math.max(lacks.get(demand.lineId) ?? 0, 0) * quantityOf(demand, sku);
    }
  }
  return gained;
}

const check = (parts: fc.Arbitrary<Record<string, number>>, property: (question: ReallocationQuestion) => void) =>
  fc.assert(fc.property(scene(parts), property), { numRuns: 500 });

describe.each([
  ['of single items', oneItem],
  ['of kits that share components', kits],
])('a re-allocation %s', (_what, parts) => {
  test('takes nothing from win and keep, and gives fill and lose nothing', () =>
    check(parts, (question) => {
      const lines = outcome(reallocate(question));
      for (const one of question.demands) {
        const { had, gets, gives } = lines.get(one.lineId) as ReallocatedLine;
        if (one.class === 'win' || one.class === 'keep') expect([gives, gets >= had]).toEqual([[], true]);
        else expect(gets).toBe(had - total(gives));
        expect(gets).toBeLessThanOrEqual(one.wanted - one.locked);
        for (const { location, units } of gives)
          expect(units).toBeLessThanOrEqual(total(one.confirmed.filter((place) => place.location === location)));
      }
    }));

  test('gives out no more of any item than is free or was given up', () =>
    check(parts, (question) => {
      const lines = outcome(reallocate(question));
      for (const sku of SKUS) {
        const change = question.demands.reduce((sum, demand) => {
          const { had, gets } = lines.get(demand.lineId) as ReallocatedLine;
          return sum + (gets - had) * quantityOf(demand, sku);
        }, 0);
        const free = question.places.reduce((sum, { sellable }) => sum + (sellable[sku] ?? 0), 0);
        expect(change).toBeLessThanOrEqual(free);
      }
    }));

  test('says the same in whatever order it hears of the demands', () =>
    fc.assert(
      fc.property(
        scene(parts).chain((question) =>
          fc.record({
            question: fc.constant(question),
            demands: fc.shuffledSubarray([...question.demands], { minLength: question.demands.length }),
          }),
        ),
        ({ question, demands }) => {
          expect(outcome(reallocate({ ...question, demands }))).toEqual(outcome(reallocate(question)));
        },
      ),
    ));
});

describe('a re-allocation of single items', () => {
  test('takes from others no more than is gained beside what is free', () =>
    check(oneItem, (question) => {
      const found = reallocate(question);
      const gained = found.reduce((sum, { had, gets }) => sum + Math.max(gets - had, 0), 0);
      expect(total(found.flatMap(({ gives }) => gives))).toBeLessThanOrEqual(gained);
    }));

  const granted = (question: ReallocationQuestion) => {
    const found = reallocate(question);
    const gained = carryOut(question, outcome(found));
    const planned = found.reduce((sum, { had, gets }) => sum + Math.max(gets - had, 0), 0);
    expect([...gained.values()].reduce((sum, units) => sum + units, 0)).toBeGreaterThanOrEqual(planned);
  };

  test('promises one order what the allocation grants it once that is given up, so that nothing lies idle', () =>
    check(oneItem, ({ demands, ...more }) => {
      const first = demands.find(({ orderId }) => more.gainers.has(orderId))?.orderId;
      granted({
        ...more,
        demands: demands.filter(({ orderId }) => orderId === first || !more.gainers.has(orderId)),
      });
    }));

  // With buffers of their own another order may take, before anything is given up, what the first one has to leave.
  test('promises many orders what the allocation grants them, where all comes from one place and has one buffer', () =>
    check(oneItem, ({ places: all, demands, gainers, ...more }) => {
      const [first] = gainers.values();
      granted({
        ...more,
        gainers: new Map([...gainers].map(([id, gainer]) => [id, { ...gainer, kept: first?.kept ?? gainer.kept }])),
        places: all.slice(0, 1),
        demands: demands.map((demand) => ({
          ...demand,
          confirmed: demand.confirmed.filter(({ location }) => location === all[0]?.location),
        })),
      });
    }));
});

const line = (
  lineId: string,
  of: ReallocationDemand['class'],
  more: Partial<ReallocationDemand>,
): ReallocationDemand => ({
  ...{ orderId: `of-${lineId}`, lineId, sku: 'A', class: of, priority: 0, promisedAt: null },
  ...{
    askedAt: '2026-01-01T00:00:00.000Z',
    wanted: 5,
    confirmed: [],
    locked: 0,
    components: [{ sku: 'A', quantity: 1 }],
  },
  ...more,
});
const has = (location: string, units: number) => ({ confirmed: [{ location, units }], wanted: units });
interface Scene {
  /** By location and SKU. */
  free?: Record<string, Record<string, number>>;
  capacity?: Record<string, number>;
  gainer?: Partial<Gainer>;
}
const gets = ({ free = {}, capacity = {}, gainer = {} }: Scene, demands: ReallocationDemand[]) => {
  const found = reallocate({
    demands,
    places: ['loc-1', 'loc-2'].map((location) => {
      const { available: _available, ...place } = at(location, {}, { capacityLeft: capacity[location] ?? null });
      return { ...place, sellable: { A: 0, B: 0, ...free[location] } };
    }),
    gainers: new Map(
      demands
        .filter((one) => one.class === 'win' || one.class === 'keep')
        .map(({ orderId }) => [
          orderId,
          {
            ...{ channel: 'web', destination: { country: 'DE', coordinates: null }, strategy: DEFAULT_STRATEGY },
            ...{ kept: () => 0, ...gainer },
          },
        ]),
    ),
  });
  return Object.fromEntries(found.map((one) => [one.lineId, one.gets]));
};

describe('whoever gains', () => {
  test('takes what is free anywhere before anybody loses, from lose before fill, and from the least of them first', () => {
    const demands = [
      line('winner', 'win', { wanted: 9 }),
      line('filler', 'fill', has('loc-1', 3)),
      line('loser', 'lose', { ...has('loc-1', 2), priority: 1 }),
      line('least', 'lose', has('loc-1', 2)),
    ];
    const free = { 'loc-2': { A: 4 } };
    expect(gets({ free }, demands)).toEqual({ winner: 9, filler: 2, loser: 0, least: 0 });
    expect(gets({ free }, [...demands.slice(1), line('winner', 'win', { wanted: 5 })])).toEqual({
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
      const found = gets({ free: { 'loc-1': { A: 2 * served } } }, demands);
      expect(order.map((lineId) => found[lineId])).toEqual(order.map((_, index) => (index < served ? 2 : 0)));
    }
  });

  test('takes nothing from where it may not get units', () => {
    const demands = [line('winner', 'win', {}), line('loser', 'lose', has('loc-1', 5))];
    const strategy = { rules: [rule({ exclude: { locations: ['loc-1'] } })] };
    expect(gets({ gainer: { strategy } }, demands)).toEqual({ winner: 0, loser: 5 });
    expect(gets({}, demands)).toEqual({ winner: 5, loser: 0 });
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
    expect(gets({}, demands)).toEqual({ winner: 0, loser: 6 });
    expect(gets({ free: { 'loc-1': { B: 2 } } }, demands)).toEqual({ winner: 2, loser: 2 });
  });

  test('leaves the buffer of its channel, and takes nothing from others to fill it', () => {
    const demands = [line('winner', 'win', { wanted: 3 }), line('loser', 'lose', has('loc-1', 5))];
    const gainer = { kept: () => 4 };
    expect(gets({ gainer, free: { 'loc-1': { A: 6 } } }, demands)).toEqual({ winner: 3, loser: 4 });
    expect(gets({ gainer, free: { 'loc-1': { A: 3 } } }, demands)).toEqual({ winner: 0, loser: 5 });
  });

  test('gains nothing where its day is full, and one parcel where there is room for one', () => {
    const demands = [
      line('first', 'win', { wanted: 2, priority: 1 }),
      line('second', 'win', { wanted: 2 }),
      line('loser', 'lose', has('loc-1', 5)),
    ];
    expect(gets({ capacity: { 'loc-1': 0 } }, demands)).toEqual({ first: 0, second: 0, loser: 5 });
    expect(gets({ capacity: { 'loc-1': 1 } }, demands)).toEqual({ first: 2, second: 0, loser: 3 });
  });

  test('gains all or nothing where its channel ships complete, and from no more places than its channel allows', () => {
    const losers = [line('here', 'lose', has('loc-1', 3)), line('there', 'lose', has('loc-2', 3))];
    const demands = [line('winner', 'win', { wanted: 4 }), ...losers];
    const by = (more: Parameters<typeof rule>[0]) => ({ gainer: { strategy: { rules: [rule(more)] } } });
    expect(gets(by({ shipComplete: 'order' }), demands)).toEqual({ winner: 0, here: 3, there: 3 });
    expect(gets(by({ shipComplete: 'line' }), demands)).toEqual({ winner: 0, here: 3, there: 3 });
    expect(gets(by({ maxShipments: 1 }), demands)).toMatchObject({ winner: 3 });
    const free = { 'loc-1': { A: 1 } };
    expect(gets({ ...by({ maxShipments: 1 }), free }, demands)).toEqual({ winner: 4, here: 0, there: 3 });
    expect(gets(by({ maxShipments: 2 }), demands)).toEqual({ winner: 4, here: 0, there: 2 });
  });

  test('takes nothing from others that one before it would be given and can not take', () => {
    const demands = [
      line('whole', 'win', { wanted: 9, priority: 1 }),
      line('winner', 'win', { wanted: 2 }),
      line('loser', 'lose', has('loc-1', 5)),
    ];
    const strategy = { rules: [rule({ shipComplete: 'order' })] };
    expect(gets({ gainer: { strategy } }, demands)).toEqual({ whole: 0, winner: 0, loser: 5 });
    expect(gets({ gainer: { strategy } }, demands.slice(1))).toEqual({ winner: 2, loser: 3 });
  });
});
