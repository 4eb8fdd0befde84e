import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import { listItems as readPage } from '../../../db/inventory/items/listItems';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { yesOrNo } from '../fields';
import { itemSchema, presentItem } from './itemSchema';

export const listItems = defineRoute({
  name: 'listItems',
  method: 'get',
  path: '/v1/items',
  permission: 'stock:read',
  summary: 'List the catalogue',
  tags: ['Items'],
  query: z.strictObject({
    ...pageQuery,
    q: plainText(100).optional().meta({ description: 'Some of the SKU or the name.' }),
    category: plainText(100).optional(),
    kit: yesOrNo.optional(),
  }),
  responses: { 200: { description: 'One page of items by SKU.', body: listOf(itemSchema, 'ItemList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `items:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string()]));
    const rows = await readPage(deps.database, filter, { after: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, { list, placeOf: (item) => [item.sku], present: presentItem });
    return { status: 200, body };
  },
});
