import { z } from 'zod';
import { plainText } from '../../domain/orders/schema';
import { adjustStock as adjust } from '../../db/inventory/adjustStock';
import { saveAnswer } from '../../db/idempotency';
import { inTransaction } from '../../db/transaction';
import { toKept } from '../http/withIdempotency';
import { defineRoute, type Answer } from '../route';
import { stockLevelSchema } from './stockLevelSchema';

const MOST_UNITS = 1_000_000_000;

const adjustmentSchema = z
  .strictObject({
    sku: plainText(64),
    location: plainText(64),
    delta: z.int().min(-MOST_UNITS).max(MOST_UNITS).optional().meta({ description: 'How much onHand changes; or …' }),
    setTo: z.int().min(0).max(MOST_UNITS).optional().meta({ description: '… what it becomes.' }),
    expected: z
      .int()
      .min(0)
      .max(MOST_UNITS)
      .optional()
      .meta({ description: 'What onHand is now, to the best of your knowledge: 409 where it is not.' }),
    reason: plainText(200),
    document: plainText(100)
      .optional()
      .meta({ description: 'The delivery note, count sheet or ticket it belongs to.' }),
  })
  .refine(({ delta, setTo }) => (delta === undefined) !== (setTo === undefined), {
    error: 'must come without `setTo`, or `setTo` without it: exactly one of them',
    path: ['delta'],
  })
  .meta({ id: 'StockAdjustment', override: { oneOf: [{ required: ['delta'] }, { required: ['setTo'] }] } });

export const adjustStock = defineRoute({
  name: 'adjustStock',
  method: 'post',
  path: '/v1/stock/adjustments',
  permission: 'stock:write',
  summary: 'Adjust the stock of an item at a location',
  description: 'Written to the ledger with who did it and why. Never below what is reserved for orders.',
  tags: ['Stock'],
  body: adjustmentSchema,
  responses: { 200: { description: 'The level after it.', body: stockLevelSchema } },
  failures: ['stock_conflict'],
  handler: async ({ body }, { deps, principal, idempotency }): Promise<Answer> => {
    const change = { ...body, actor: `key:${principal.name}` };
    if (idempotency === null) return { status: 200, body: await adjust(deps.database, change) };
    // A change by so many units must not be made twice, so it and its answer are kept together or not at all.
    return inTransaction(deps.database, async (transaction) => {
      const answer: Answer = { status: 200, body: await adjust(transaction, change), kept: true };
      await saveAnswer(transaction, idempotency, toKept(answer));
      return answer;
    });
  },
});
