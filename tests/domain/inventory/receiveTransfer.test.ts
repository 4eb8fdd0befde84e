import fc from 'fast-check';
import { receiveTransfer, type SentUnits } from '../../../domain/inventory/transfers/receiveTransfer';

const sent: SentUnits[] = [
  { number: 1, lot: 'A', shipped: 5, received: 0, short: 0 },
  { number: 1, lot: 'B', shipped: 3, received: 1, short: 0 },
  { number: 2, lot: null, shipped: 4, received: 0, short: 0 },
];
const receive = (lines: { number: number; received: number; lot?: string }[], isLast = false) =>
  receiveTransfer(sent, { lines, isLast });

describe('a receipt of a transfer', () => {
  test('of some units leaves the rest under way', () => {
    const receipt = receive([
      { number: 1, lot: 'A', received: 5 },
      { number: 2, received: 1 },
    ]);
    expect(receipt).toMatchObject({ fault: null, status: 'partly_received', missing: [] });
    expect('arrived' in receipt && receipt.arrived.map(({ number, lot, units }) => [number, lot, units])).toEqual([
      [1, 'A', 5],
      [2, null, 1],
    ]);
  });

  test('that is the last one tells what is missing', () => {
    const receipt = receive([{ number: 2, received: 4 }], true);
    expect(receipt).toMatchObject({ fault: null, status: 'received_short' });
    expect('missing' in receipt && receipt.missing.map(({ lot, units }) => [lot, units])).toEqual([
      ['A', 5],
      ['B', 2],
    ]);
  });

  test('of all that is under way ends it, also as the last one', () => {
    const all = [
      { number: 1, lot: 'A', received: 5 },
      { number: 1, lot: 'B', received: 2 },
      { number: 2, received: 4 },
    ];
    for (const isLast of [false, true]) expect(receive(all, isLast)).toMatchObject({ status: 'received', missing: [] });
  });

  test.each<[{ number: number; received: number; lot?: string }[], string]>([
    [[{ number: 1, received: 1 }], 'line 1 has several lots under way: say which `lot` has come'],
    [[{ number: 3, received: 1 }], 'nothing of line 3 is under way'],
    [[{ number: 1, lot: 'C', received: 1 }], 'nothing of line 1, lot C, is under way'],
    [[{ number: 2, received: 5 }], '4 units of line 2 are under way, not 5; adjust what came beyond that'],
    [
      [
        { number: 2, received: 3 },
        { number: 2, received: 2 },
      ],
      '1 units of line 2 are under way, not 2; adjust what came beyond that',
    ],
  ])('%j is none: %s', (lines, fault) => {
    expect(receive(lines)).toEqual({ fault });
  });

  test('accounts for each unit once, whatever comes', () => {
    const units = fc.record({ shipped: fc.integer({ min: 1, max: 9 }), received: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(units, { minLength: 1 }), fc.array(fc.nat(9)), fc.boolean(), (given, come, isLast) => {
        const parts = given.map((part, index) => ({
          ...{ number: index + 1, lot: null, short: 0, shipped: part.shipped },
          received: Math.min(part.received, part.shipped),
        }));
        const lines = come.slice(0, parts.length).map((received, index) => ({ number: index + 1, received }));
        const receipt = receiveTransfer(parts, { lines, isLast });
        if (receipt.fault !== null) return;
        for (const part of parts) {
          const of = (list: { number: number; units: number }[]) =>
            list.filter(({ number }) => number === part.number).reduce((sum, one) => sum + one.units, 0);
          const known = part.received + of(receipt.arrived) + of(receipt.missing);
          expect(known).toBeLessThanOrEqual(part.shipped);
          if (receipt.status !== 'partly_received') expect(known).toBe(part.shipped);
        }
      }),
    );
  });
});
