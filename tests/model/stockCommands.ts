import fc from 'fast-check';
import { CART_VERBS, fill, tend } from './cartSteps';
import { cancel, decide, offer, parcel, place, startAnew } from './orderSteps';
import type { Death } from './realStock';
import { adjust, changePolicy, purchase, receive, setSafetyStock, transfer, unload } from './shelfSteps';
import { PLACES, SKUS, type Policy, type StockModel } from './stockModel';
import { happen, happenAtOnce, type StockStory } from './stockStory';
import type { PlanStep } from './stockStep';

/** More are drawn, since some of them have nothing to do where they come. */
export const MOST_STEPS = Number(process.env['MODEL_STEPS'] ?? 40);
type Command = fc.AsyncCommand<StockModel, StockStory>;

const nth = fc.nat(7);
const sku = fc.constantFrom(...SKUS);
const location = fc.constantFrom(...PLACES);
const item = fc.constantFrom('A', 'B', 'C', 'K', 'K');
const few = fc.integer({ min: 1, max: 4 });
export const policy: fc.Arbitrary<Policy> = fc.constantFrom('reject', 'backorder', 'backorder', 'partial', 'preorder');
/** An item may stand on two lines. */
const wishes = fc.array(fc.record({ item, quantity: few }), { minLength: 1, maxLength: 3 });
const owner = fc.constantFrom('ann', 'bob', 'cy');

/** `takes`: it wants units that others may want. */
const weighted: [number, fc.Arbitrary<PlanStep>, takes?: 'takes'][] = [
  [
    8,
    fc.tuple(wishes, fc.constantFrom(0, 0, 0, 5)).map(([lines, priority]) => place(lines, { priority, nth: null })),
    'takes',
  ],
  [3, nth.map((cart) => place([], { priority: 0, nth: cart })), 'takes'],
  [5, fc.tuple(nth, fc.nat(5)).map(([who, any]) => offer(who, any === 0)), 'takes'],
  [3, fc.tuple(nth, fc.constantFrom('wait', 'ship_available', 'cancel_missing')).map(([who, how]) => decide(who, how))],
  [1, nth.map(startAnew)],
  [3, nth.map(cancel)],
  [4, nth.map((which) => parcel('begin', which))],
  [4, nth.map((which) => parcel('dispatch', which))],
  [2, nth.map((which) => parcel('deliver', which))],
  [4, fc.tuple(wishes, owner).map(([lines, who]) => fill(lines, who)), 'takes'],
  [4, fc.tuple(fc.constantFrom(...CART_VERBS), nth).map(([verb, which]) => tend(verb, which))],
  [5, fc.tuple(sku, location, fc.integer({ min: 1, max: 6 })).map((what) => receive(...what))],
  [
    5,
    fc
      .record({
        ...{ sku, location, bucket: fc.constantFrom('onHand', 'damaged', 'qualityHold'), withOnHand: fc.boolean() },
        delta: fc.integer({ min: -4, max: 3 }).filter((delta) => delta !== 0),
      })
      .map((what) => adjust(what)),
    'takes',
  ],
  [1, fc.tuple(sku, location, fc.nat(3)).map((what) => setSafetyStock(...what))],
  [1, fc.tuple(item, policy).map((what) => changePolicy(...what))],
  [2, fc.tuple(sku, location, location, few).map((what) => transfer(...what)), 'takes'],
  [1, fc.tuple(sku, location, few).map((what) => purchase(...what))],
  [3, fc.tuple(nth, few, fc.nat(3)).map(([which, units, last]) => unload(which, units, last === 0))],
];
const step = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const death: fc.Arbitrary<Death> = fc.record({
  nth: fc.integer({ min: 1, max: 12 }),
  when: fc.constantFrom('before', 'after'),
});

const command = (name: string, run: (model: StockModel, story: StockStory) => Promise<void>): Command => ({
  check: ({ steps }) => steps < MOST_STEPS,
  run,
  toString: () => name,
});
const alone = step.map((plan) => command('step', (model, story) => happen(model, story, plan, null)));
const dying = fc
  .tuple(step, death)
  .map(([plan, death]) => command('step that dies', (model, story) => happen(model, story, plan, death)));
/** Any two; the same one twice, as when a worker is thought to be dead and is not; or two that want the same units. */
const taking = fc.oneof(
  ...weighted.filter(([, , takes]) => takes).map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
const pair = fc
  .oneof(
    fc.tuple(step, step),
    step.map((plan): [PlanStep, PlanStep] => [plan, plan]),
    fc.tuple(taking, taking),
  )
  .map((plans) => command('two steps', (model, story) => happenAtOnce(model, story, plans)));

/** Some steps die on their way and are done again, and some are done two at once. */
export const stockCommands = fc.commands([...Array.from({ length: 6 }, () => alone), dying, dying, pair, pair], {
  maxCommands: 2 * MOST_STEPS,
  size: 'max',
});
