import { judgeVariance, type CountedLine } from '../../../domain/inventory/counts/judgeVariance';

const line = (sku: string, counted: number, onHand: number, cents: number | null = 100): CountedLine => ({
  ...{ sku, counted, onHand },
  unitCost: cents === null ? null : { amount: cents, currency: 'EUR' },
});
const eur = (amount: number) => ({ amount, currency: 'EUR' });

describe('what was counted', () => {
  test.each<[string, CountedLine[], number, number | null, string | null]>([
    ['as it is on record', [line('A', 5, 5)], 0, null, null],
    ['one off without a tolerance', [line('A', 5, 6)], 0, null, 'A is off by 1 units, beyond 0'],
    ['off by just the tolerance, up and down', [line('A', 8, 6), line('B', 4, 6)], 2, null, null],
    ['off by one more', [line('A', 6, 6), line('B', 9, 6)], 2, null, 'B is off by 3 units, beyond 2'],
    ['off by just the value', [line('A', 8, 6), line('B', 5, 6)], 2, 300, null],
    [
      'off by more than the value: up and down do not cancel out',
      [line('A', 8, 6), line('B', 4, 6)],
      2,
      300,
      'what is off is worth more than 300 minor units of EUR',
    ],
    ['off without a known cost', [line('A', 5, 6, null)], 2, 300, 'A is off by 1 units, and has no cost in EUR'],
    ['right without a known cost', [line('A', 6, 6, null)], 2, 300, null],
  ])('%s', (_what, lines, units, value, verdict) => {
    expect(judgeVariance(lines, { units, value: value === null ? null : eur(value) })).toBe(verdict);
  });

  test('at a cost in another currency needs a look', () => {
    expect(judgeVariance([line('A', 5, 6)], { units: 9, value: { amount: 900, currency: 'USD' } })).toBe(
      'A is off by 1 units, and has no cost in USD',
    );
  });
});
