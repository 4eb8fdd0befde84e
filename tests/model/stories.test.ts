import fc from 'fast-check';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { MOST_STEPS, type Story } from './command';
import { expectNoBreaches } from './compare';
import { happenings } from './happenings';
import { RealShop } from './realShop';
import { requests } from './requests';
import { ShopModel } from './shopModel';

/** MODEL_RUNS=500 MODEL_SEED=$RANDOM npm test -- tests/model/stories.test.ts: other stories than those of every run. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 12);
const SEED = Number(process.env['MODEL_SEED'] ?? 20261124);
/** Shrinking a story waits each time for what does not come. */
const SHRINK_FOR_MS = 300_000;
const SHELVES = { 'A@loc-1': 6, 'A@loc-2': 4, 'B@loc-1': 5, 'B@loc-2': 5, 'C@loc-2': 4 };

let world: OrderWorld;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  worker = await world.startWorker();
});
afterAll(() => world.close());

const often = (weight: number, arbitrary: fc.Arbitrary<fc.AsyncCommand<ShopModel, Story>>) =>
  Array.from({ length: weight }, () => arbitrary);
const commands = fc.commands(
  [
    ...often(6, happenings.place),
    ...often(1, happenings.placeFree),
    ...often(1, happenings.placeHeld),
    ...often(8, happenings.move),
    ...often(2, happenings.report),
    ...often(2, happenings.adjust),
    ...often(1, happenings.recount),
    ...often(1, happenings.restart),
    ...often(2, happenings.terminate),
    ...often(1, happenings.terminateAndCancel),
    ...often(1, happenings.sweep),
    ...often(2, requests.hold),
    ...often(4, requests.release),
    ...often(3, requests.pay),
    ...often(2, requests.cancel),
    ...often(4, requests.resolve),
  ],
  { maxCommands: 3 * MOST_STEPS, size: 'max' },
);

test(
  `a shop in which anything may happen is, after each step, where a shop in memory is (seed ${SEED})`,
  async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happenings.place, { minLength: 1, maxLength: 2 }), commands, async (first, story) => {
        const model = new ShopModel(SHELVES);
        const shop = new RealShop(world, worker);
        const told: string[] = [];
        await shop.open(SHELVES);
        try {
          for (const placing of first) await placing.run(model, { shop, told });
          await fc.asyncModelRun(() => ({ model, real: { shop, told } }), story);
          await expectNoBreaches(shop);
        } finally {
          steps += told.length;
          worker = shop.worker;
          await shop.close();
        }
      }),
      { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: SHRINK_FOR_MS + RUNS * 20_000, endOnFailure: false },
    );
    expect(steps).toBeGreaterThan(RUNS * 5);
  },
  SHRINK_FOR_MS + RUNS * 30_000,
);
