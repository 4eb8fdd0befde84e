import { z } from 'zod';
import { BUCKETS } from '../../domain/inventory/stock/buckets';
import { plainText } from '../../domain/orders/schema';
import { adjustStock as adjust } from '../../db/inventory/adjustStock';
import { answerOnce } from '../http/answerOnce';
import { defineRoute } from '../route';
import { day, lotName, MOST_UNITS, units } from './fields';
import { stockLevelSchema } from './stockLevelSchema';

const adjustmentSchema = z
  .strictObject({
    sku: plainText(64),
    location: plainText(64),
    bucket: z.enum(BUCKETS).default('onHand').meta({
      description: 'What changes. safetyStock is a setting: it has no line in the ledger.',
    }),
    delta: z
      .int()
      .min(-MOST_UNITS)
      .max(MOST_UNITS)
      .optional()
      .meta({ description: 'How much the bucket changes; or …' }),
    setTo: units.optional().meta({ description: '… what it becomes.' }),
    expected: units.optional().meta({
      description: 'What it is now, to the best of your knowledge: 409 where it is not. With a lot: what the lot has.',
    }),
    withOnHand: z.literal(true).optional().meta({
      description: 'With damaged and qualityHold: onHand changes by as much. Units came damaged, or are scrapped.',
    }),
    lot: lotName.optional().meta({ description: 'Required where the item is tracked by lot.' }),
    expiresOn: day.optional().meta({ description: 'Of a lot that is new here.' }),
    reason: plainText(200),
    document: plainText(100)
      .optional()
      .meta({ description: 'The delivery note, count sheet or ticket it belongs to.' }),
  })
  .refine(({ delta, setTo }) => (delta === undefined) !== (setTo === undefined), {
    error: 'must come without `setTo`, or `setTo` without it: exactly one of them',
    path: ['delta'],
  })
  .refine(({ bucket, withOnHand }) => !withOnHand || bucket === 'damaged' || bucket === 'qualityHold', {
    error: 'goes with the buckets damaged and qualityHold alone',
    path: ['withOnHand'],
  })
  .refine(({ bucket, lot }) => bucket !== 'safetyStock' || lot === undefined, {
    error: 'has no safety stock of its own',
    path: ['lot'],
  })
  .refine(({ lot, expiresOn }) => expiresOn === undefined || lot !== undefined, {
    error: 'goes with a `lot`',
    path: ['expiresOn'],
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
  handler: ({ body }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: await adjust(transaction, { ...body, actor: `key:${context.principal.name}` }),
    })),
});
