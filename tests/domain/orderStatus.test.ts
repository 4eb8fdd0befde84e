import fc from 'fast-check';
import { deriveStatuses, type LineQuantities, type OrderFacts } from '../../domain/orders/facts';
import {
  canBecome,
  FULFILMENT_STATUSES,
  isClosed,
  ORDER_STATUSES,
  ORDER_TRANSITIONS,
  PAYMENT_STATUSES,
  type OrderStatus,
} from '../../domain/orders/status';
import { DEFAULT_POLICY } from '../../domain/orders/policy';
import { findWait } from '../../domain/orders/waiting';
import { moves, orders, walk } from './orderWalk';

const isOver = (facts: OrderFacts) => isClosed(deriveStatuses(facts).status);

/** A failure shows the order and the moves that led to it. */
const overLives = (numRuns: number, check: (life: OrderFacts[]) => void): void =>
  fc.assert(
    fc.property(orders, moves, (order, made) => check(walk(order, made, isOver))),
    { numRuns },
  );

const sumOf = (lines: readonly LineQuantities[]): LineQuantities => {
  const total = (name: keyof LineQuantities) => lines.reduce((sum, line) => sum + line[name], 0);
  return {
    quantity: total('quantity'),
    allocated: total('allocated'),
    backordered: total('backordered'),
    fulfilled: total('fulfilled'),
    shipped: total('shipped'),
    delivered: total('delivered'),
    cancelled: total('cancelled'),
    returned: total('returned'),
  };
};

describe('the statuses of an order, over random lives', () => {
  test('move along the transition table alone', () => {
    overLives(1_000, (life) => {
      const statuses = life.map((facts) => deriveStatuses(facts).status);
      const illegal = statuses
        .slice(1)
        .map((to, index) => [statuses[index] as OrderStatus, to] as const)
        .filter(([from, to]) => !canBecome(from, to));
      expect(illegal).toEqual([]);
    });
  });

  test('stay what they are once the order is closed, whatever comes back later', () => {
    overLives(1_000, (life) => {
      const statuses = life.map((facts) => deriveStatuses(facts).status);
      const end = statuses.findIndex(isClosed);
      if (end >= 0) expect(new Set(statuses.slice(end)).size).toBe(1);
    });
  });

  test('reach every status and every step of the table: the walks are no stroll around the block', () => {
    const seen = new Set<string>();
    const steps = new Set<string>();
    for (const [order, made] of fc.sample(fc.tuple(orders, moves), { numRuns: 6_000, seed: 1 })) {
      const statuses = walk(order, made, isOver).map((facts) => deriveStatuses(facts).status);
      statuses.forEach((status, index) => {
        seen.add(status);
        if (index > 0) steps.add(`${statuses[index - 1]} -> ${status}`);
      });
    }
    expect([...seen].sort()).toEqual([...ORDER_STATUSES].sort());
    const table = ORDER_STATUSES.flatMap((from) => ORDER_TRANSITIONS[from].map((to) => `${from} -> ${to}`));
    expect(table.filter((step) => !steps.has(step))).toEqual([]);
  });

  test('are known ones, and follow from the facts alone', () => {
    overLives(200, (life) => {
      for (const facts of life) {
        const before = structuredClone(facts);
        const statuses = deriveStatuses(deepFreeze(facts));
        expect(deriveStatuses(before)).toEqual(statuses);
        expect(facts).toEqual(before);
        expect(ORDER_STATUSES).toContain(statuses.status);
        expect(PAYMENT_STATUSES).toContain(statuses.paymentStatus);
        expect(FULFILMENT_STATUSES).toContain(statuses.fulfilmentStatus);
      }
    });
  });

  test('are the same for the lines, for the lines in another order, and for one line of their sums', () => {
    overLives(200, (life) => {
      for (const facts of life) {
        const statuses = deriveStatuses(facts);
        expect(deriveStatuses({ ...facts, lines: facts.lines.toReversed() })).toEqual(statuses);
        expect(deriveStatuses({ ...facts, lines: [sumOf(facts.lines)] })).toEqual(statuses);
      }
    });
  });

  test('never say ready to ship without the units on the shelf and the money authorised', () => {
    overLives(1_000, (life) => {
      for (const facts of life) {
        if (deriveStatuses(facts).status !== 'ready_to_ship') continue;
        const { quantity, cancelled, allocated } = sumOf(facts.lines);
        expect(allocated).toBe(quantity - cancelled);
        expect(facts.payment.authorised - facts.payment.voided).toBeGreaterThanOrEqual(facts.due);
        expect(facts.holds).toEqual([]);
      }
    });
  });

  test('never say completed before all units have arrived and all money was taken', () => {
    overLives(1_000, (life) => {
      for (const facts of life) {
        if (deriveStatuses(facts).status !== 'completed') continue;
        const { quantity, cancelled, delivered } = sumOf(facts.lines);
        expect(delivered).toBe(quantity - cancelled);
        expect(facts.payment.captured).toBeGreaterThanOrEqual(facts.due);
      }
    });
  });
});

describe('the transition table', () => {
  test('lets a closed status become nothing else, and every other status become closed in the end', () => {
    expect(ORDER_STATUSES.filter(isClosed)).toEqual(['completed', 'cancelled', 'rejected']);
    for (const from of ORDER_STATUSES) {
      const reached = new Set<OrderStatus>([from]);
      for (const status of reached) for (const next of ORDER_TRANSITIONS[status]) reached.add(next);
      expect([...reached].some(isClosed)).toBe(true);
      if (isClosed(from)) expect(ORDER_STATUSES.filter((to) => canBecome(from, to))).toEqual([from]);
    }
  });

  test('names only statuses, each once, and never the status itself', () => {
    for (const from of ORDER_STATUSES) {
      const to: readonly string[] = ORDER_TRANSITIONS[from];
      expect(new Set(to).size).toBe(to.length);
      expect(to).not.toContain(from);
      expect(to.filter((status) => !Object.hasOwn(ORDER_TRANSITIONS, status))).toEqual([]);
      expect(canBecome(from, from)).toBe(true);
    }
  });

  test('never lets an order that has shipped be cancelled or rejected', () => {
    for (const from of ['partly_shipped', 'shipped', 'delivered'] as const) {
      expect(canBecome(from, 'cancelled')).toBe(false);
      expect(canBecome(from, 'rejected')).toBe(false);
    }
  });
});

describe('what an order waits for', () => {
  test.each(
    ORDER_STATUSES.flatMap((status) =>
      [true, false].flatMap((allocated) => [true, false].map((booked) => ({ status, allocated, booked }))),
    ),
  )('is nothing exactly when it is closed: $status, allocated $allocated, booked $booked', (state) => {
    const wait = findWait(state);
    if (isClosed(state.status)) {
      expect(wait).toBeNull();
      return;
    }
    expect(wait?.what).toMatch(/^[a-z_]+$/);
    expect(['system', 'customer', 'carrier', 'operations']).toContain(wait?.owner);
    expect(Object.hasOwn(DEFAULT_POLICY, wait?.within ?? '')).toBe(true);
  });
});

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
