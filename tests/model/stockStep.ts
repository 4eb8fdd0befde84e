import type { Database } from '../../db/connection';
import type { Found } from './realStock';
import type { StockModel } from './stockModel';

/** What the real shop answered, and what is on record afterwards. */
export interface Seen {
  answer: unknown;
  /** Done once more after its process had died: a step that answers what has changed may say that nothing has. */
  again: boolean;
  found: Found;
}

/** Something that happens, to the model and to the real shop. */
export interface StockStep {
  says: string;
  /** It may be done again when it is not known whether it was committed; also while it is still being done. */
  repeat: 'never' | 'in turn' | 'at once';
  /** @throws what is not a refusal. */
  real(database: Database): Promise<unknown>;
  /** Changes the model. @throws {Unlike} the real shop may not have done what it did. */
  apply(model: StockModel, seen: Seen): void;
}

/** What happens to a model is drawn before it is known what there is: numbers say which of the orders, carts … is meant. */
export type PlanStep = (model: StockModel) => StockStep | null;

/** The nth of a list, which begins anew at its end. */
export const nthOf = <T>(list: readonly T[], nth: number): T | undefined => list[nth % Math.max(list.length, 1)];
