import { z } from 'zod';
import { plainText } from '../../domain/orders/schema';
import { listStock as readPage } from '../../db/inventory/listStock';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf } from '../orders/orderSchema';
import { defineRoute } from '../route';
import { stockLevelSchema } from './stockLevelSchema';

const text = plainText(64).optional();

export const listStock = defineRoute({
  name: 'listStock',
  method: 'get',
  path: '/v1/stock',
  permission: 'stock:read',
  summary: 'Stock by item and location',
  tags: ['Stock'],
  query: z.strictObject({ ...pageQuery, sku: text, location: text }),
  responses: {
    200: {
      description: 'One page of levels.',
      body: listOf(stockLevelSchema.extend({ name: z.string() }).meta({ id: 'StockLevelOfItem' }), 'StockList'),
    },
  },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `stock:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const after = place === undefined ? null : { sku: place[0], location: place[1] };
    const rows = await readPage(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: (level) => [level.sku, level.location],
      present: (level) => level,
    });
    return { status: 200, body };
  },
});
