import fc from 'fast-check';
import { askWorkflow, untilAlike } from './compare';
import type { Answer, ModelOrder, Token } from './orderModel';
import type { RealShop } from './realShop';
import type { ShopModel } from './shopModel';

/** The real shop, and what was done to it so far. */
export interface Story {
  shop: RealShop;
  told: string[];
}
export type Command = fc.AsyncCommand<ShopModel, Story>;

/** More are drawn, since many of them have nothing to do where they come. */
export const MOST_STEPS = Number(process.env['MODEL_STEPS'] ?? 25);

/** What a command does, once it was done to the model. */
export interface Deed {
  says: string;
  /** The order whose workflow is asked afterwards. */
  order?: ModelOrder;
  expected?: Answer;
  real: () => Promise<Answer | void>;
}

/**
 * Does the same to the model and to the real shop, and waits until the two are alike. An error begins with the whole story, in
 * which orders have names: fast-check itself can only show what it drew.
 */
export function command(
  name: string,
  isPossible: (model: Readonly<ShopModel>) => boolean,
  plan: (model: ShopModel, shop: RealShop) => Deed,
): Command {
  return {
    check: (model) => model.steps < MOST_STEPS && isPossible(model),
    async run(model, { shop, told }) {
      model.steps += 1;
      const { says, order, expected, real } = plan(model, shop);
      told.push(expected === undefined || expected === 'done' ? says : `${says}: ${expected}`);
      try {
        const answer = await real();
        if (expected !== undefined) expect(answer).toBe(expected);
        await untilAlike(model, shop);
        if (order !== undefined) await askWorkflow(order, shop);
      } catch (error) {
        const story = told.map((line, index) => `  ${index + 1}. ${line}`).join('\n');
        throw new Error(`after\n${story}\n\n${(error as Error).message}`, { cause: error });
      }
    },
    toString: () => name,
  };
}

/** Which order is meant: the n-th of those that the command is made for, or, to see it refused, of all. */
export interface Pick {
  nth: number;
  among: 'fitting' | 'all';
}
const nth = fc.nat(3);
export const pick: fc.Arbitrary<Pick> = fc.record({
  nth,
  among: fc.constantFrom('fitting', 'fitting', 'fitting', 'fitting', 'fitting', 'all'),
});
export const pickFitting: fc.Arbitrary<Pick> = fc.record({ nth, among: fc.constant('fitting') });

/** A command about one order. */
export function commandAbout(
  verb: string,
  { nth, among }: Pick,
  fits: (order: ModelOrder) => boolean,
  plan: (order: ModelOrder, model: ShopModel, shop: RealShop) => Omit<Deed, 'order'>,
): Command {
  const find = ({ orders }: Readonly<ShopModel>): ModelOrder | undefined => {
    const candidates = orders.filter((order) => among === 'all' || fits(order));
    return candidates[nth % Math.max(candidates.length, 1)];
  };
  return command(
    `${verb} [${nth} of ${among}]`,
    (model) => find(model) !== undefined,
    (model, shop) => {
      const order = find(model);
      if (order === undefined) throw new Error('run without being checked');
      return { order, ...plan(order, model, shop) };
    },
  );
}

/** Given later: an order that may have to wait for a void has its patience from the beginning. */
export const laterToken: fc.Arbitrary<Token> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('tok_ok') },
  { weight: 3, arbitrary: fc.constant('tok_capture_declined') },
  { weight: 3, arbitrary: fc.constantFrom('tok_declined', 'tok_insufficient_funds') },
);
export const token: fc.Arbitrary<Token> = fc.oneof(
  { weight: 10, arbitrary: laterToken },
  { weight: 1, arbitrary: fc.constant('tok_void_error') },
);
