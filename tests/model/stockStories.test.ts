import fc from 'fast-check';
import { openRealStock } from './realStock';
import { policy, stockCommands } from './stockCommands';
import { PLACES, SKUS, type StockModel } from './stockModel';

/** MODEL_RUNS=500 MODEL_SEED=$RANDOM npm test -- tests/model/stockStories.test.ts: other stories than those of every run. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 40);
const SEED = Number(process.env['MODEL_SEED'] ?? 20261124);
const SHRINK_FOR_MS = 300_000;
const PER_RUN_MS = 10_000;

const level = fc
  .record({ onHand: fc.nat(6), safetyStock: fc.constantFrom(0, 0, 0, 1, 2) })
  .map((given) => ({ ...given, reserved: 0, damaged: 0, qualityHold: 0, incoming: 0 }));
const places = SKUS.flatMap((sku) => PLACES.map((location) => `${sku}@${location}`));
const opening: fc.Arbitrary<StockModel> = fc.record({
  ...{ steps: fc.constant(0), named: fc.constant(0) },
  levels: fc.record(Object.fromEntries(places.map((place) => [place, level]))),
  policies: fc.record({ A: policy, B: policy, C: policy, K: policy }),
  ...{ orders: fc.constant([]), carts: fc.constant([]), deliveries: fc.constant([]) },
});

/** Shelves that have something, and what becomes of each item that is short. */
const sayOpening = ({ levels, policies }: StockModel): string =>
  [
    ...Object.entries(levels).flatMap(([place, { onHand, safetyStock }]) =>
      onHand + safetyStock === 0
        ? []
        : [`${onHand} ${place}${safetyStock === 0 ? '' : ` (${safetyStock} for safety)`}`],
    ),
    JSON.stringify(policies),
  ].join(', ');

test(
  `stock that is sold, held, moved and corrected in any order is what a few sums say it is (seed ${SEED})`,
  async () => {
    const steps = { told: 0, died: 0, atOnce: 0 };
    await fc.assert(
      fc.asyncProperty(opening, stockCommands, async (open, commands) => {
        const model = structuredClone(open);
        const real = await openRealStock();
        const told = [sayOpening(model)];
        try {
          await real.open(model);
          await fc.asyncModelRun(() => ({ model, real: { real, told } }), commands);
        } finally {
          steps.told += told.length;
          steps.died += told.filter((line) => line.endsWith('died')).length;
          steps.atOnce += told.filter((line) => line.startsWith('at once')).length;
          await real.close();
        }
      }),
      { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: SHRINK_FOR_MS + RUNS * PER_RUN_MS, endOnFailure: false },
    );
    expect(steps.told).toBeGreaterThan(RUNS * 10);
    expect(steps.died).toBeGreaterThan(RUNS);
    expect(steps.atOnce).toBeGreaterThan(RUNS);
  },
  SHRINK_FOR_MS + RUNS * PER_RUN_MS,
);
