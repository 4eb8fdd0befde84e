import fc from 'fast-check';
import { DEFAULT_THRESHOLDS, nextSignal, type StockState } from '../../../domain/inventory/stockSignal';

const AT = { lowUnits: 5, backUnits: 10 };
/** What is told while the available units change like this. */
const told = (levels: number[], thresholds = AT): string[] => {
  let state: StockState | null = null;
  return levels.flatMap((available) => {
    const next = nextSignal(state, available, thresholds);
    state = next.state;
    return next.event === null ? [] : [`${next.event} ${available}`];
  });
};

describe('a signal', () => {
  it('is given on the way down and on the way back, at different heights', () => {
    expect(told([20, 6, 5, 4, 9, 10, 6, 5])).toEqual(['stock.low 5', 'stock.back 10', 'stock.low 5']);
  });

  it('is given once for what is out, and not for what moves below the height of the way back', () => {
    expect(told([20, 0, 3, 0, 9, 0, 12])).toEqual(['stock.out 0', 'stock.back 12']);
    expect(told([20, 5, 0, 5])).toEqual(['stock.low 5', 'stock.out 0']);
  });

  it('is given at first for what is low or out already, and not for what is well', () => {
    expect([told([20]), told([5]), told([0]), told([-3])]).toEqual([
      [],
      ['stock.low 5'],
      ['stock.out 0'],
      ['stock.out -3'],
    ]);
  });

  it('is given for none and for the first one where no rule says anything', () => {
    expect(told([3, 1, 0, 1, 2], DEFAULT_THRESHOLDS)).toEqual(['stock.out 0', 'stock.back 1']);
  });

  it('is never given while the level stays between the two heights', () => {
    const between = fc.array(fc.integer({ min: AT.lowUnits + 1, max: AT.backUnits - 1 }));
    fc.assert(
      fc.property(fc.constantFrom<StockState>('ok', 'low', 'out'), between, (start, levels) => {
        let state = start;
        for (const available of levels) {
          const next = nextSignal(state, available, AT);
          expect(next).toEqual({ state, event: null });
          state = next.state;
        }
      }),
    );
  });

  it('is never the same one twice in a row, and what was told says how things stand', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(8), fc.integer({ min: 1, max: 8 }), (levels, lowUnits, gap) => {
        const events = told(levels, { lowUnits, backUnits: lowUnits + gap }).map((event) => event.split(' ')[0]);
        for (const [index, event] of events.entries()) expect(event).not.toBe(events[index - 1]);
        if (levels.at(-1) === 0) expect(events.at(-1)).toBe('stock.out');
        if ((levels.at(-1) ?? 0) >= lowUnits + gap) expect([undefined, 'stock.back']).toContain(events.at(-1));
      }),
    );
  });
});
