import fc from 'fast-check';
import { foldPayments, isPaymentWanted, type PaymentEvent } from '../../domain/payments';

const event: fc.Arbitrary<PaymentEvent> = fc.record({
  effect: fc.constantFrom('authorise', 'capture', 'void', 'refund'),
  state: fc.constantFrom('requested', 'succeeded', 'declined', 'abandoned'),
  key: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'),
  amount: fc.integer({ min: 1, max: 1_000_000 }),
});

/** As effects are in truth: a key belongs to one effect and one amount. */
const honest = fc.array(event, { maxLength: 30 }).map((events) =>
  events.map((given) => {
    const first = events.find((other) => other.key === given.key && other.effect === given.effect) ?? given;
    return { ...given, key: `${given.key}:${given.effect}`, amount: first.amount };
  }),
);

const amounts = (events: readonly PaymentEvent[]) => {
  const { failed: _failed, ...totals } = foldPayments(events);
  return totals;
};
const authorise = (key: string, state: PaymentEvent['state'], amount = 100): PaymentEvent => ({
  effect: 'authorise',
  state,
  key,
  amount,
});

describe('the fold of payment events', () => {
  test('has the same amounts in whichever order the events came', () => {
    fc.assert(
      fc.property(
        honest.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(amounts(shuffled)).toEqual(amounts(events));
        },
      ),
    );
  });

  test('counts an outcome once, however often and however late it is recorded again', () => {
    fc.assert(
      fc.property(honest, fc.array(fc.nat(), { maxLength: 10 }), (events, repeats) => {
        fc.pre(events.length > 0);
        const repeated = repeats.flatMap((at) => events[at % events.length] ?? []);
        expect(foldPayments([...events, ...repeated])).toEqual(foldPayments(events));
      }),
      { numRuns: 1000 },
    );
  });

  test('never has a negative amount, and never one that was not recorded as succeeded', () => {
    fc.assert(
      fc.property(honest, (events) => {
        const totals = amounts(events);
        const names = { authorise: 'authorised', capture: 'captured', void: 'voided', refund: 'refunded' } as const;
        for (const [effect, name] of Object.entries(names)) {
          const outcomes = new Map(
            events
              .filter((given) => given.effect === effect && given.state === 'succeeded')
              .map(({ key, amount }) => [key, amount]),
          );
          expect(totals[name]).toBe([...outcomes.values()].reduce((total, amount) => total + amount, 0));
        }
      }),
    );
  });

  test('moves no money for what was only asked for, declined or abandoned', () => {
    fc.assert(
      fc.property(honest, (events) => {
        const nothing = events.filter((given) => given.state !== 'succeeded');
        expect(amounts(nothing)).toEqual({ authorised: 0, captured: 0, voided: 0, refunded: 0 });
      }),
    );
  });

  test('only grows with each further event', () => {
    fc.assert(
      fc.property(honest, (events) => {
        for (let length = 1; length <= events.length; length += 1) {
          const [before, after] = [amounts(events.slice(0, length - 1)), amounts(events.slice(0, length))];
          for (const name of ['authorised', 'captured', 'voided', 'refunded'] as const) {
            expect(after[name]).toBeGreaterThanOrEqual(before[name]);
          }
        }
      }),
    );
  });

  test('has failed after a declined authorisation, until another one succeeds', () => {
    expect(foldPayments([])).toMatchObject({ failed: false });
    expect(foldPayments([authorise('p1', 'requested')])).toMatchObject({ failed: false });
    expect(foldPayments([authorise('p1', 'declined')])).toMatchObject({ failed: true });
    expect(foldPayments([authorise('p1', 'declined'), authorise('p2', 'succeeded')])).toMatchObject({
      authorised: 100,
      failed: false,
    });
  });

  test('has not failed when a second means of payment is declined beside one that is authorised', () => {
    const events = [authorise('p1', 'succeeded'), authorise('p2', 'declined')];
    expect(foldPayments(events)).toMatchObject({ authorised: 100, failed: false });
  });

  test('has failed again when the authorised payment is voided after the other one was declined', () => {
    const events: PaymentEvent[] = [
      authorise('p1', 'succeeded'),
      authorise('p2', 'declined'),
      { effect: 'void', state: 'succeeded', key: 'p1:void', amount: 100 },
    ];
    expect(foldPayments(events)).toMatchObject({ authorised: 100, voided: 100, failed: true });
  });

  test('has not failed because a declined capture is no declined authorisation', () => {
    const events: PaymentEvent[] = [
      authorise('p1', 'succeeded'),
      { effect: 'capture', state: 'declined', key: 'p1:capture', amount: 100 },
    ];
    expect(foldPayments(events)).toEqual({ authorised: 100, captured: 0, voided: 0, refunded: 0, failed: false });
  });
});

describe('another payment', () => {
  const capture = (key: string, state: PaymentEvent['state']): PaymentEvent => ({
    effect: 'capture',
    state,
    key,
    amount: 100,
  });
  const voided: PaymentEvent = { effect: 'void', state: 'succeeded', key: 'p1:void', amount: 100 };

  test.each<[string, PaymentEvent[]]>([
    ['after a declined authorisation', [authorise('p1', 'requested'), authorise('p1', 'declined')]],
    [
      'after a declined capture',
      [authorise('p1', 'succeeded'), capture('p1:c', 'requested'), capture('p1:c', 'declined')],
    ],
    ['after the one there was has been given back', [authorise('p1', 'succeeded'), voided]],
  ])('is wanted %s', (_when, events) => {
    expect(isPaymentWanted(events)).toBe(true);
  });

  test.each<[string, PaymentEvent[]]>([
    ['before the first', []],
    ['while one is tried', [authorise('p1', 'declined'), authorise('p2', 'requested')]],
    ['once one is authorised', [authorise('p1', 'declined'), authorise('p2', 'succeeded')]],
    ['while one is captured', [authorise('p1', 'succeeded'), capture('p1:c', 'requested')]],
    ['once one is captured', [authorise('p1', 'succeeded'), capture('p1:c', 'succeeded')]],
    [
      'once another one took the place of one that was given back',
      [authorise('p1', 'succeeded'), capture('p1:c', 'declined'), authorise('p2', 'succeeded'), voided],
    ],
  ])('is not wanted %s', (_when, events) => {
    expect(isPaymentWanted(events)).toBe(false);
  });
});
