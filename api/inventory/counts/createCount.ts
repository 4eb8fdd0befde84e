import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import { createCount as create } from '../../../db/inventory/counts/createCount';
import { newId } from '../../../runtime/newId';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { units } from '../fields';
import { costSchema } from '../items/itemSchema';
import { countSchema, presentCount } from './countSchema';

const newCountSchema = z
  .strictObject({
    location: plainText(64),
    skus: z
      .array(plainText(64))
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'Left out: all items that have, or had, stock there.' }),
    toleranceUnits: units
      .default(0)
      .meta({ description: 'By how many units a line may be off and still be posted at once.' }),
    toleranceValue: costSchema
      .optional()
      .meta({ description: 'What all units that are off may be worth together, at unit cost.' }),
    note: plainText(500).optional(),
  })
  .refine(({ skus = [] }) => new Set(skus).size === skus.length, { error: 'must name each item once', path: ['skus'] })
  .meta({ id: 'NewStockCount' });

export const createCount = defineRoute({
  name: 'createStockCount',
  method: 'post',
  path: '/v1/counts',
  permission: 'stock:write',
  summary: 'Open a count of stock at a location',
  tags: ['Stock'],
  body: newCountSchema,
  responses: { 201: { description: 'The count.', body: countSchema, headers: { Location: 'Where it is read.' } } },
  handler: ({ body }, context) =>
    answerOnce(context, async (transaction) => {
      const id = newId('cnt');
      const { location, skus = null, toleranceUnits, toleranceValue = null, note = null } = body;
      const tolerance = { units: toleranceUnits, value: toleranceValue };
      const actor = `key:${context.principal.name}`;
      const made = await create(transaction, { id, location, skus, tolerance, note, actor });
      return { status: 201, body: presentCount(made), headers: { Location: `/v1/counts/${id}` } };
    }),
});
