import { z } from 'zod';
import { createItem as create } from '../../../db/inventory/items/saveItem';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { newSku } from '../fields';
import { itemFields, itemSchema, presentItem, toItemFields } from './itemSchema';

const { name, ...others } = itemFields;
const newItemSchema = z
  .strictObject({ sku: newSku, name, ...z.object(others).partial().shape })
  .meta({ id: 'NewItem' });

export const createItem = defineRoute({
  name: 'createItem',
  method: 'post',
  path: '/v1/items',
  permission: 'stock:write',
  summary: 'Add an item to the catalogue',
  tags: ['Items'],
  body: newItemSchema,
  responses: { 201: { description: 'The item.', body: itemSchema, headers: { Location: 'Where it is read.' } } },
  failures: ['already_exists', 'stock_conflict'],
  handler: ({ body: { sku, ...fields } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 201,
      body: presentItem(await create(transaction, sku, toItemFields(fields))),
      headers: { Location: `/v1/items/${sku}` },
    })),
});
