import { saveAnswer } from '../../db/idempotency';
import type { Transaction } from '../../db/prepared';
import { inTransaction } from '../../db/transaction';
import type { Answer, Context } from '../route';
import { toKept } from './withIdempotency';

/**
 * Makes a change that must not be made twice: it and its answer for repeats under the request's Idempotency-Key are kept together
 * or not at all.
 */
export function answerOnce(
  { deps, idempotency }: Context,
  change: (transaction: Transaction) => Promise<Pick<Answer, 'status' | 'body' | 'headers'>>,
): Promise<Answer> {
  return inTransaction(deps.database, async (transaction): Promise<Answer> => {
    const answer = await change(transaction);
    if (idempotency === null) return answer;
    await saveAnswer(transaction, idempotency, toKept(answer));
    return { ...answer, kept: true };
  });
}
