import { z } from 'zod';
import { changeItem as change } from '../../../db/inventory/items/saveItem';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { expectedVersion, skuParams } from '../fields';
import { itemFields, itemSchema, presentItem, toItemFields } from './itemSchema';

const changeSchema = z
  .strictObject({ ...z.object(itemFields).partial().shape, expectedVersion })
  .meta({ id: 'ChangeItem' });

export const changeItem = defineRoute({
  name: 'changeItem',
  method: 'post',
  path: '/v1/items/{sku}',
  permission: 'stock:write',
  summary: 'Change fields of an item',
  description:
    'Those that are sent, and no other. What is tracked by lot, and what is a kit, changes only without stock.',
  tags: ['Items'],
  params: skuParams,
  body: changeSchema,
  responses: { 200: { description: 'The item after it.', body: itemSchema } },
  failures: ['illegal_transition', 'precondition_failed', 'stock_conflict'],
  handler: ({ params: { sku }, body }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentItem(await change(transaction, sku, toItemFields(body))),
    })),
});
