import { Refusal } from '../../../domain/failures';
import { readItem } from '../../../db/inventory/items/listItems';
import { defineRoute } from '../../route';
import { skuParams } from '../fields';
import { itemSchema, presentItem } from './itemSchema';

export const getItem = defineRoute({
  name: 'getItem',
  method: 'get',
  path: '/v1/items/{sku}',
  permission: 'stock:read',
  summary: 'Read an item',
  tags: ['Items'],
  params: skuParams,
  responses: { 200: { description: 'The item.', body: itemSchema } },
  handler: async ({ params: { sku } }, { deps }) => {
    const item = await readItem(deps.database, sku);
    if (item === undefined) throw new Refusal('not_found', `there is no item ${sku}`);
    return { status: 200, body: presentItem(item) };
  },
});
