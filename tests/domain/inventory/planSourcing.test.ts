import type { Criterion } from '../../../domain/inventory/sourcing/strategy';
import { at, BERLIN, given, kit, MADRID, of, PARIS, plan, rule } from './sourcingScene';

const by = (...criteria: Criterion[]) => rule({ criteria });
const whyOf = (made: ReturnType<typeof plan>, location: string) =>
  made.explanation.locations.find((one) => one.location === location);

describe('an order', () => {
  it('for 13 of 10 and 15 gets 10 and the 3 that are left, not 10 and 13', () => {
    const shelves = [at('loc-1', { A: 10 }), at('loc-2', { A: 15 })];
    expect(given(plan([of('A', 13)], shelves, by({ by: 'priority' })))).toEqual({
      'loc-1': { A: 10 },
      'loc-2': { A: 3 },
    });
    expect(given(plan([of('A', 13)], shelves))).toEqual({ 'loc-2': { A: 13 } });
    expect(given(plan([of('A', 25)], shelves))).toEqual({ 'loc-1': { A: 10 }, 'loc-2': { A: 15 } });
  });

  it('gets what there is, and the rest is short', () => {
    const made = plan([of('A', 7), of('B', 2)], [at('loc-1', { A: 3 }), at('loc-2', { A: 1, B: 9 })]);
    expect(given(made)).toEqual({ 'loc-1': { A: 3 }, 'loc-2': { A: 1, B: 2 } });
    expect(made.short).toEqual([{ lineId: 'A', units: 3 }]);
  });

  it('of which nothing is anywhere is short as a whole', () => {
    expect(plan([of('A', 2)], [])).toMatchObject({ fulfilments: [], short: [{ lineId: 'A', units: 2 }] });
    expect(whyOf(plan([of('A', 2)], [at('loc-1', { B: 1 })]), 'loc-1')?.why).toBe('has none of what is asked');
  });

  it('with one item on two lines does not get a unit twice', () => {
    const made = plan([of('A', 3, { lineId: 'one' }), of('A', 3, { lineId: 'two' })], [at('loc-1', { A: 5 })]);
    expect(given(made)).toEqual({ 'loc-1': { one: 3, two: 2 } });
    expect(made.short).toEqual([{ lineId: 'two', units: 1 }]);
  });

  it('for a kit gets all parts of it from one location, and as many kits as the scarcest part allows', () => {
    const made = plan([kit('KIT', 4, { A: 1, B: 2 })], [at('loc-1', { A: 9, B: 3 }), at('loc-2', { A: 1, B: 9 })]);
    expect(given(made)).toEqual({ 'loc-1': { KIT: 1 }, 'loc-2': { KIT: 1 } });
    expect(made.short).toEqual([{ lineId: 'KIT', units: 2 }]);
  });

  it('for a kit and one of its parts keeps the part for the kit where both can be had', () => {
    const shelves = [at('loc-1', { A: 1, B: 1 }), at('loc-2', { A: 1 })];
    expect(given(plan([of('A', 1), kit('KIT', 1, { A: 1, B: 1 })], shelves))).toEqual({
      'loc-1': { KIT: 1 },
      'loc-2': { A: 1 },
    });
  });

  it('for kits that stand in the way of more units gets more units', () => {
    const made = plan([kit('KIT', 1, { A: 2, B: 2 }), of('A', 2), of('B', 2)], [at('loc-1', { A: 2, B: 2 })]);
    expect(given(made)).toEqual({ 'loc-1': { A: 2, B: 2 } });
    expect(made.short).toEqual([{ lineId: 'KIT', units: 1 }]);
  });
});

describe('a constraint', () => {
  const full = { A: 9 };
  it.each([
    ['is not active', at('loc-1', full, { active: false }), {}],
    ['is on the way, and nothing ships from there', at('loc-1', full, { kind: 'in_transit' }), {}],
    ['does not serve the channel web', at('loc-1', full, { channels: ['shop'] }), {}],
    ['takes no more orders today', at('loc-1', full, { capacityLeft: 0 }), {}],
    ['the rule excludes locations of kind store', at('loc-1', full, { kind: 'store' }), { kinds: ['store' as const] }],
    ['the rule excludes it', at('loc-1', full), { locations: ['loc-1'] }],
    ['is 877 km away, beyond 500', at('loc-1', full, { coordinates: PARIS }), { beyondKm: 500 }],
    ['its distance is not known, and the rule ends at 500 km', at('loc-1', full), { beyondKm: 500 }],
  ])('keeps a location out that %s', (why, candidate, exclude) => {
    const other = at('loc-2', full, { coordinates: BERLIN });
    const made = plan([of('A', 2)], [candidate, other], rule({ exclude }), { country: 'DE', coordinates: BERLIN });
    expect(given(made)).toEqual({ 'loc-2': { A: 2 } });
    expect(whyOf(made, 'loc-1')).toMatchObject({ eligible: false, chosen: false, why });
  });

  it('does not keep out a drop shipper, a channel that is named, a place for one more order, or one that is near enough', () => {
    const more = { kind: 'drop_ship' as const, channels: ['web'], capacityLeft: 1, coordinates: PARIS };
    const made = plan([of('A', 1)], [at('loc-1', full, more)], rule({ exclude: { beyondKm: 900 } }), {
      country: 'DE',
      coordinates: BERLIN,
    });
    expect(given(made)).toEqual({ 'loc-1': { A: 1 } });
  });

  it('on the number of shipments leaves the rest short', () => {
    const shelves = [at('loc-1', { A: 2 }), at('loc-2', { A: 3 }), at('loc-3', { A: 4 })];
    const made = plan([of('A', 9)], shelves, rule({ maxShipments: 2 }));
    expect(given(made)).toEqual({ 'loc-2': { A: 3 }, 'loc-3': { A: 4 } });
    expect(made.short).toEqual([{ lineId: 'A', units: 2 }]);
    expect(whyOf(made, 'loc-1')?.why).toBe('at most 6 units could be served with it, and 7 are without');
  });

  it('of completeness gives the order from one location or not at all', () => {
    const demands = [of('A', 2), of('B', 2)];
    const whole = rule({ shipComplete: 'order' });
    const apart = [at('loc-1', { A: 2 }), at('loc-2', { B: 2 })];
    const made = plan(demands, apart, whole);
    expect(made).toMatchObject({ fulfilments: [], short: [{ units: 2 }, { units: 2 }] });
    expect(whyOf(made, 'loc-1')?.why).toBe('can not serve the whole order');
    expect(given(plan(demands, [...apart, at('loc-3', { A: 2, B: 2 })], whole))).toEqual({ 'loc-3': { A: 2, B: 2 } });
  });

  it('of complete lines gives each line from one location, or not at all', () => {
    const shelves = [at('loc-1', { A: 2, B: 2 }), at('loc-2', { A: 3, B: 1 })];
    const made = plan([of('A', 3), of('B', 2), of('C', 1)], shelves, rule({ shipComplete: 'line' }));
    expect(given(made)).toEqual({ 'loc-1': { B: 2 }, 'loc-2': { A: 3 } });
    expect(made.short).toEqual([{ lineId: 'C', units: 1 }]);
  });

  it('of complete lines finds room for lines of one item that compete', () => {
    const demands = [of('A', 2, { lineId: 'two' }), of('A', 3, { lineId: 'three' })];
    const shelves = [at('loc-1', { A: 3 }), at('loc-2', { A: 2 })];
    expect(given(plan(demands, shelves, rule({ shipComplete: 'line' })))).toEqual({
      'loc-1': { three: 3 },
      'loc-2': { two: 2 },
    });
  });
});

describe('a criterion', () => {
  const full = { A: 9 };
  const to = { country: 'FR', coordinates: PARIS };
  const places = [
    at('loc-1', full, { coordinates: BERLIN }),
    at('loc-2', full, { coordinates: MADRID, country: 'ES' }),
    at('loc-3', full),
    at('loc-4', full, { country: 'FR' }),
  ];

  it('of shipments prefers one location to a better two', () => {
    const shelves = [at('loc-1', { A: 1 }), at('loc-2', { B: 1 }), at('loc-3', { A: 1, B: 1 })];
    const made = plan([of('A', 1), of('B', 1)], shelves);
    expect(given(made)).toEqual({ 'loc-3': { A: 1, B: 1 } });
    expect(whyOf(made, 'loc-1')?.why).toBe('at most 1 units could be served with it, and 2 are without');
  });

  it('of the country prefers a location there', () => {
    expect(given(plan([of('A', 1)], places, by({ by: 'same_country' }), to))).toEqual({ 'loc-4': { A: 1 } });
  });

  it('of distance prefers the nearest; what is not known comes last', () => {
    const made = plan([of('A', 1)], places, by({ by: 'distance' }), to);
    expect(given(made)).toEqual({ 'loc-1': { A: 1 } });
    expect(whyOf(made, 'loc-1')).toMatchObject({ distanceKm: 877.5, scores: { distance: 877 } });
    expect(whyOf(made, 'loc-2')).toMatchObject({
      why: 'another choice is better by distance',
      scores: { distance: 1053 },
    });
    expect(whyOf(made, 'loc-3')).toMatchObject({ distanceKm: null, scores: { distance: null } });
    const unknown = plan([of('A', 28)], places, by({ by: 'distance' }), to);
    expect(given(unknown)).toEqual({ 'loc-1': full, 'loc-2': full, 'loc-3': full, 'loc-4': { A: 1 } });
  });

  it('of distance takes from the nearest what it has before it takes from the next', () => {
    const shelves = [at('loc-1', { A: 9 }, { coordinates: MADRID }), at('loc-2', { A: 2 }, { coordinates: BERLIN })];
    expect(given(plan([of('A', 5)], shelves, by({ by: 'distance' }), to))).toEqual({
      'loc-2': { A: 2 },
      'loc-1': { A: 3 },
    });
  });

  it('of distance in bands lets the next one decide within a band', () => {
    const near = [places[0]!, { ...places[1]!, priority: 0 }];
    const banded = by({ by: 'distance', bandKm: 600 }, { by: 'priority' });
    expect(given(plan([of('A', 1)], near, banded, to))).toEqual({ 'loc-2': { A: 1 } });
    const narrow = by({ by: 'distance', bandKm: 100 }, { by: 'priority' });
    expect(given(plan([of('A', 1)], near, narrow, to))).toEqual({ 'loc-1': { A: 1 } });
  });

  it('of priority prefers the smaller', () => {
    expect(given(plan([of('A', 1)], [...places].reverse(), by({ by: 'priority' }), to))).toEqual({ 'loc-1': { A: 1 } });
  });

  it('of depth prefers the location where most is left of the scarcest item', () => {
    const shelves = [at('loc-1', { A: 50, B: 3 }), at('loc-2', { A: 9, B: 9 })];
    const made = plan([of('A', 2), of('B', 2)], shelves, by({ by: 'shipments' }, { by: 'stock_depth' }));
    expect(given(made)).toEqual({ 'loc-2': { A: 2, B: 2 } });
    expect(whyOf(made, 'loc-1')?.scores).toEqual({ shipments: 1, stock_depth: 1 });
    expect(whyOf(made, 'loc-2')?.scores).toEqual({ shipments: 1, stock_depth: 7 });
  });

  it('of capacity prefers the location without a limit, then the one that can take most', () => {
    const limited = [at('loc-1', full, { capacityLeft: 3 }), at('loc-2', full, { capacityLeft: 8 })];
    expect(given(plan([of('A', 1)], limited, by({ by: 'capacity' })))).toEqual({ 'loc-2': { A: 1 } });
    expect(given(plan([of('A', 1)], [...limited, at('loc-3', full)], by({ by: 'capacity' })))).toEqual({
      'loc-3': { A: 1 },
    });
  });

  it('comes before those after it, and where all are equal the priority decides, then the id', () => {
    const twins = [at('b-1', full), at('a-1', full), at('c-2', full)];
    const made = plan([of('A', 1)], twins, by({ by: 'same_country' }));
    expect(given(made)).toEqual({ 'a-1': { A: 1 } });
    expect(whyOf(made, 'b-1')?.why).toBe('another choice is as good, and comes first by priority and id');
    expect(whyOf(made, 'a-1')?.why).toBe('gives 1 of 1 unit');
  });
});

describe('rules', () => {
  const shelves = [at('loc-1', { A: 2 }), at('loc-2', { A: 9 })];
  const one = rule({ name: 'only loc-1', exclude: { locations: ['loc-2'] } });
  const any = rule({ name: 'any' });

  it('are tried in order, and the first that serves all decides', () => {
    const made = plan([of('A', 2)], shelves, [one, any]);
    expect(made.explanation).toMatchObject({ rule: 'only loc-1', passedOver: [] });
    const larger = plan([of('A', 4)], shelves, [one, any]);
    expect(larger.explanation).toMatchObject({
      rule: 'any',
      passedOver: [{ rule: 'only loc-1', why: 'serves 2 of 4 units' }],
    });
  });

  it('of which none serves all: the one that serves most decides, the earlier of two equals', () => {
    const two = rule({ name: 'only loc-2', exclude: { locations: ['loc-1'] } });
    const made = plan([of('A', 40)], shelves, [one, two, any, rule({ name: 'again' })]);
    expect(made.explanation.rule).toBe('any');
    expect(made.explanation.passedOver.map(({ rule: name, why }) => `${name} ${why}`)).toEqual([
      'only loc-1 serves 2 of 40 units',
      'only loc-2 serves 9 of 40 units',
      'again serves 11 of 40 units at most',
    ]);
    expect(made.short).toEqual([{ lineId: 'A', units: 29 }]);
  });

  it.each([
    [{ countries: ['FR', 'ES'] }, 'is for FR, ES, and the order goes to DE'],
    [{ skus: ['B'] }, 'no line is of the items that it is for'],
    [{ minUnits: 4 }, 'is for 4 units and more, and the order has 3'],
    [{ maxUnits: 2 }, 'is for 2 units at most, and the order has 3'],
  ])('for %j are passed over by others', (when, why) => {
    const made = plan([of('A', 3)], shelves, [rule({ name: 'special', when }), any]);
    expect(made.explanation).toMatchObject({ rule: 'any', passedOver: [{ rule: 'special', why }] });
  });

  it.each([[{ countries: ['DE'] }], [{ skus: ['A', 'B'] }], [{ skus: ['KIT'] }], [{ minUnits: 3, maxUnits: 3 }]])(
    'for %j are for this order',
    (when) => {
      const made = plan([of('A', 3, { sku: 'KIT' })], shelves, [rule({ name: 'special', when }), any]);
      expect(made.explanation.rule).toBe('special');
    },
  );

  it('of which none is for the order leave it short, and say so', () => {
    const made = plan([of('A', 1)], shelves, rule({ when: { countries: ['FR'] } }));
    expect(made).toMatchObject({ fulfilments: [], short: [{ lineId: 'A', units: 1 }], explanation: { rule: null } });
    expect(whyOf(made, 'loc-1')?.why).toBe('no rule is for this order');
  });
});
