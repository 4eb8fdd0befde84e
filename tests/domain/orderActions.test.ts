import fc from 'fast-check';
import {
  findAllowedActions,
  findObstacle,
  MAX_OPEN_HOLDS,
  ORDER_ACTIONS,
  type ActionState,
} from '../../domain/orders/actions';
import { HOLD_TYPE_NAMES, HOLD_TYPES, holdThatBlocks, isHoldType, type Hold } from '../../domain/orders/holds';
import { isClosed, ORDER_STATUSES } from '../../domain/orders/status';

const holds: fc.Arbitrary<Hold[]> = fc.array(
  fc.record({ id: fc.string(), type: fc.constantFrom(...HOLD_TYPE_NAMES) }),
  { maxLength: MAX_OPEN_HOLDS + 2 },
);
const states: fc.Arbitrary<ActionState> = fc.record({
  status: fc.constantFrom(...ORDER_STATUSES),
  holds,
  dispatched: fc.boolean(),
  paid: fc.boolean(),
  attention: fc.option(fc.string({ minLength: 1 })),
  paymentWanted: fc.boolean(),
});
const open: ActionState = { status: 'ready_to_ship', holds: [], dispatched: false, paid: false, attention: null };

describe('what may be asked of an order', () => {
  test('is allowed exactly when nothing stands in its way', () => {
    fc.assert(
      fc.property(states, (state) => {
        const allowed = findAllowedActions(state);
        for (const action of ORDER_ACTIONS) {
          const obstacle = findObstacle(action, state);
          expect(allowed.includes(action)).toBe(obstacle === null);
          if (obstacle !== null) expect(obstacle).toMatch(/^[a-z0-9]/);
        }
      }),
    );
  });

  test('is nothing once the order is closed', () => {
    fc.assert(
      fc.property(states, (state) => {
        if (isClosed(state.status)) expect(findAllowedActions(state)).toEqual([]);
      }),
    );
  });

  test('always leaves an open order something to do', () => {
    fc.assert(
      fc.property(states, (state) => {
        if (!isClosed(state.status)) expect(findAllowedActions(state)).not.toEqual([]);
      }),
    );
  });

  test.each([
    ['cancel', { dispatched: true }, 'the carrier has already taken the parcel; ask for a return instead'],
    ['cancel', { status: 'cancelled' }, 'the order is cancelled'],
    ['release', {}, 'the order has no open hold'],
    ['pay', {}, 'no payment is awaited'],
    ['pay', { status: 'awaiting_payment', paid: true }, 'the order is paid'],
    ['pay', { status: 'awaiting_stock', paymentWanted: false }, 'no payment is awaited'],
    [
      'pay',
      { status: 'needs_attention', attention: 'the address is unknown', paymentWanted: false },
      'no payment is awaited; first somebody has to decide about this (resolve): the address is unknown',
    ],
    ['resolve', {}, 'nothing awaits a decision'],
  ] as const)('%s with %j is refused: %s', (action, change, why) => {
    expect(findObstacle(action, { ...open, ...change })).toBe(why);
  });

  test.each([
    ['cancel', {}],
    ['cancel', { status: 'on_hold', holds: [{ id: 'h', type: 'operator' }] }],
    ['hold', { status: 'shipped', dispatched: true }],
    ['release', { holds: [{ id: 'h', type: 'address' }] }],
    ['pay', { status: 'awaiting_payment' }],
    ['pay', { status: 'awaiting_stock', paymentWanted: true }],
    ['pay', { status: 'needs_attention', attention: 'the capture was declined', paymentWanted: true }],
    ['pay', { status: 'needs_attention', attention: 'left by a release that did not tell what is wanted' }],
    ['resolve', { status: 'needs_attention', attention: 'the carrier refuses the address' }],
  ] as const)('%s with %j is allowed', (action, change) => {
    expect(findObstacle(action, { ...open, ...change, holds: 'holds' in change ? [...change.holds] : [] })).toBeNull();
  });

  test(`takes ${MAX_OPEN_HOLDS} holds at most`, () => {
    const many = Array.from({ length: MAX_OPEN_HOLDS }, (_, index): Hold => ({ id: `h${index}`, type: 'operator' }));
    expect(findObstacle('hold', { ...open, holds: many.slice(1) })).toBeNull();
    expect(findObstacle('hold', { ...open, holds: many })).toContain(`${MAX_OPEN_HOLDS} open holds`);
  });
});

describe('a hold', () => {
  test.each([
    ['operator', ['ship', 'capture']],
    ['fraud_review', ['ship', 'capture']],
    ['address', ['ship']],
    ['payment', ['capture']],
  ] as const)('of type %s blocks %j and nothing else', (type, blocked) => {
    const hold = { id: 'h', type };
    for (const step of ['ship', 'capture'] as const) {
      expect(holdThatBlocks([hold], step)).toBe(blocked.some((name) => name === step) ? hold : undefined);
    }
  });

  test('always blocks something, so that no type is without effect', () => {
    for (const type of HOLD_TYPE_NAMES) expect(HOLD_TYPES[type].length).toBeGreaterThan(0);
  });

  test('blocks a step as long as any open one of several does', () => {
    fc.assert(
      fc.property(holds, fc.constantFrom('ship', 'capture'), (open, step) => {
        const blocking = open.filter((hold) => (HOLD_TYPES[hold.type] as readonly string[]).includes(step));
        expect(holdThatBlocks(open, step)).toBe(blocking[0]);
      }),
    );
  });

  test('is known by its own types alone', () => {
    expect(HOLD_TYPE_NAMES.every(isHoldType)).toBe(true);
    fc.assert(
      fc.property(fc.anything(), (name) => {
        expect(isHoldType(name)).toBe(HOLD_TYPE_NAMES.some((type) => type === name));
      }),
    );
    for (const name of ['__proto__', 'constructor', 'toString', 'Operator', '']) expect(isHoldType(name)).toBe(false);
  });
});
