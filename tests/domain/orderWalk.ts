import fc from 'fast-check';
import type { LineQuantities, OrderFacts } from '../../domain/orders/facts';
import { holdThatBlocks, HOLD_TYPE_NAMES, type Hold } from '../../domain/orders/holds';
import { foldPayments, type PaymentEvent, type PaymentEffect } from '../../domain/payments';

/** One thing that happens to an order. What it does to which line follows from the numbers; out of season it does nothing. */
export interface Move {
  kind: keyof typeof MOVES;
  line: number;
  units: number;
}

interface Life {
  lines: (LineQuantities & { unitPrice: number })[];
  shipping: number;
  payments: PaymentEvent[];
  holds: Hold[];
  rejected: boolean;
  attention: string | null;
}

/**
 * The life of an order as a model: what may happen when, and what it does to quantities, money and holds. It knows more than
 * the first release does (parts on backorder, parts shipped, parts cancelled, refunds, returns), as the rules have to hold
 * for those as well.
 */
const MOVES = {
  reserve: (life, { units }) => {
    if (decided(life) || life.rejected) return;
    life.lines.forEach((line, index) => {
      line.backordered = (units >> index) % 2 === 0 ? 0 : Math.min(line.quantity, units);
      line.allocated = line.quantity - line.backordered;
    });
  },
  reserveAll: (life) => {
    if (!decided(life) && !life.rejected) for (const line of life.lines) line.allocated = line.quantity;
  },
  /** Also of an order that waits for stock which will never come, as long as nothing was kept for it. */
  reject: (life) => {
    if (life.lines.every((line) => line.allocated + line.fulfilled + line.cancelled === 0) && authorised(life) === 0)
      life.rejected = true;
  },
  stockArrives: (life, move) => {
    const line = lineOf(life, move);
    const units = Math.min(line.backordered, move.units);
    line.backordered -= units;
    line.allocated += units;
  },
  /** To other orders, of what is in no parcel yet. */
  giveUpStock: (life, move) => {
    const line = lineOf(life, move);
    const units = Math.min(line.allocated, move.units);
    line.allocated -= units;
    line.backordered += units;
  },
  authorise: (life) => {
    if (!decided(life) || authorised(life) >= dueOf(life)) return;
    record(life, 'authorise', 'succeeded', nextPayment(life));
  },
  decline: (life) => {
    if (decided(life) && authorised(life) < dueOf(life)) record(life, 'authorise', 'declined', nextPayment(life));
  },
  ship: (life, move) => {
    if (authorised(life) < dueOf(life) || holdThatBlocks(life.holds, 'ship') !== undefined) return;
    const line = lineOf(life, move);
    shipUnits(line, Math.min(line.allocated, move.units));
  },
  shipAll: (life) => {
    if (authorised(life) < dueOf(life) || holdThatBlocks(life.holds, 'ship') !== undefined) return;
    for (const line of life.lines) shipUnits(line, line.allocated);
  },
  deliver: (life, move) => {
    const line = lineOf(life, move);
    line.delivered += Math.min(line.shipped - line.delivered, move.units);
  },
  deliverAll: (life) => {
    for (const line of life.lines) line.delivered = line.shipped;
  },
  capture: (life) => {
    const payment = openPayment(life);
    if (dispatched(life) && payment !== undefined && holdThatBlocks(life.holds, 'capture') === undefined)
      record(life, 'capture', 'succeeded', payment);
  },
  captureDeclined: (life) => {
    const payment = openPayment(life);
    if (dispatched(life) && payment !== undefined) record(life, 'capture', 'declined', payment);
  },
  /** Another payment takes the place of one whose capture was declined. */
  replacePayment: (life) => {
    const old = openPayment(life);
    const declined = life.payments.some((event) => event.key === `${old}:capture` && event.state === 'declined');
    if (old === undefined || !declined) return;
    record(life, 'authorise', 'succeeded', nextPayment(life));
    record(life, 'void', 'succeeded', old);
  },
  /** The first steps of a cancellation; what follows them may fail, and the order goes on. */
  voidPayment: (life) => {
    const payment = openPayment(life);
    if (!dispatched(life) && payment !== undefined) record(life, 'void', 'succeeded', payment);
  },
  cancel: (life) => {
    if (dispatched(life) || authorised(life) > 0) return;
    for (const line of life.lines) cancelUnits(line, line.quantity);
    life.attention = null;
  },
  cancelPart: (life, move) => {
    if (decided(life)) cancelUnits(lineOf(life, move), move.units);
  },
  refund: (life) => {
    const captured = life.payments.find((event) => event.effect === 'capture' && event.state === 'succeeded');
    if (captured !== undefined) record(life, 'refund', 'succeeded', captured.key.split(':')[0] ?? '');
  },
  takeBack: (life, move) => {
    const line = lineOf(life, move);
    line.returned += Math.min(line.delivered - line.returned, move.units);
  },
  hold: (life, { units }) => {
    const type = HOLD_TYPE_NAMES[units % HOLD_TYPE_NAMES.length];
    if (type !== undefined) life.holds.push({ id: `hld_${life.holds.length}`, type });
  },
  release: (life) => void life.holds.pop(),
  raiseAttention: (life) => {
    life.attention = 'a step can not succeed by itself';
  },
  clearAttention: (life) => {
    life.attention = null;
  },
} satisfies Record<string, (life: Life, move: Move) => void>;

/** What may still happen to an order that is closed: goods and money come back, holds are tidied away. */
const AFTER_THE_END: readonly Move['kind'][] = ['refund', 'takeBack', 'release'];

/** The facts of the order after each move. `isOver` says when an order is closed. */
export function walk(start: Start, moves: readonly Move[], isOver: (facts: OrderFacts) => boolean): OrderFacts[] {
  const life: Life = {
    lines: start.lines.map((line) => ({ ...line })),
    shipping: start.shipping,
    payments: [],
    holds: [],
    rejected: false,
    attention: null,
  };
  const history = [factsOf(life)];
  for (const move of moves) {
    const over = isOver(factsOf(life));
    if (over && !AFTER_THE_END.includes(move.kind)) continue;
    if (over && life.lines.every((line) => line.shipped === 0)) continue;
    MOVES[move.kind](life, move);
    history.push(factsOf(life));
  }
  return history;
}

type Start = Pick<Life, 'lines' | 'shipping'>;

const line = fc
  .record({ quantity: fc.integer({ min: 1, max: 4 }), unitPrice: fc.constantFrom(0, 1, 1999) })
  .map((given) => ({
    ...given,
    ...{ allocated: 0, backordered: 0, fulfilled: 0, shipped: 0, delivered: 0, cancelled: 0, returned: 0 },
  }));

export const orders: fc.Arbitrary<Start> = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  shipping: fc.constantFrom(0, 499),
});

/** The moves that take an order on come more often than the others, so that walks get far. */
const ONWARD: readonly Move['kind'][] = [
  'reserve',
  'reserveAll',
  'stockArrives',
  'authorise',
  'ship',
  'deliver',
  'capture',
];

export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      fc.constantFrom(...ONWARD),
      fc.constantFrom(...(Object.keys(MOVES) as [Move['kind'], ...Move['kind'][]])),
    ),
    line: fc.nat({ max: 2 }),
    units: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 40, size: 'max' },
);

const lineOf = (life: Life, move: Move) => life.lines[move.line % life.lines.length] as Life['lines'][number];
const decided = (life: Life) =>
  life.lines.some((line) => line.allocated + line.backordered + line.fulfilled + line.cancelled > 0);
const dispatched = (life: Life) => life.lines.some((line) => line.shipped > 0);

function shipUnits(line: LineQuantities, units: number): void {
  line.allocated -= units;
  line.fulfilled += units;
  line.shipped += units;
}

/** Units on backorder go first, then those that wait on the shelf; what has left can't be cancelled. */
function cancelUnits(line: LineQuantities, units: number): void {
  const cancelled = Math.min(line.quantity - line.fulfilled - line.cancelled, units);
  const fromBackorder = Math.min(line.backordered, cancelled);
  line.backordered -= fromBackorder;
  line.allocated -= Math.min(line.allocated, cancelled - fromBackorder);
  line.cancelled += cancelled;
}

const grandOf = (life: Life) =>
  life.shipping + life.lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);

function dueOf(life: Life): number {
  if (life.lines.every((line) => line.cancelled === line.quantity)) return 0;
  return grandOf(life) - life.lines.reduce((total, line) => total + line.cancelled * line.unitPrice, 0);
}

function authorised(life: Life): number {
  const totals = foldPayments(life.payments);
  return totals.authorised - totals.voided;
}

const nextPayment = (life: Life) => `pay_${life.payments.filter((event) => event.effect === 'authorise').length + 1}`;

/** The payment that is authorised, and neither captured nor voided. */
function openPayment(life: Life): string | undefined {
  const ended = (name: string) =>
    life.payments.some(({ key, state }) => state === 'succeeded' && [`${name}:capture`, `${name}:void`].includes(key));
  return life.payments
    .filter((event) => event.effect === 'authorise' && event.state === 'succeeded')
    .map((event) => event.key.split(':')[0] ?? '')
    .findLast((name) => !ended(name));
}

/** Every payment is over the order's grand total, as it stood when the order was placed. */
const record = (life: Life, effect: PaymentEffect, state: PaymentEvent['state'], payment: string): void =>
  void life.payments.push({ effect, state, key: `${payment}:${effect}`, amount: grandOf(life) });

const factsOf = (life: Life): OrderFacts => ({
  lines: life.lines.map((line) => ({ ...line })),
  due: dueOf(life),
  payment: foldPayments(life.payments),
  holds: [...life.holds],
  rejected: life.rejected,
  attention: life.attention,
});
