import { z } from 'zod';
import { plainText } from '../../domain/orders/schema';
import { listLevelChanges as readPage } from '../../db/inventory/listLevelChanges';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf, time } from '../orders/orderSchema';
import { defineRoute } from '../route';

const changeSchema = z
  .object({
    id: z.int(),
    sku: z.string(),
    location: z.string(),
    kind: z.enum(['safety_stock', 'rebuilt']),
    was: z.record(z.string(), z.unknown()).meta({ description: 'The figures that changed, by their names.' }),
    became: z.record(z.string(), z.unknown()),
    reason: z.string(),
    document: z.string().nullable(),
    actor: z.string(),
    at: time,
  })
  .meta({ id: 'StockLevelChange' });

const text = plainText(64).optional();

export const listLevelChanges = defineRoute({
  name: 'listStockLevelChanges',
  method: 'get',
  path: '/v1/stock/level-changes',
  permission: 'stock:read',
  summary: 'What became of levels beside the ledger, newest first',
  description: 'Changes of the safety stock, and levels that were set to what their ledger says by hand.',
  tags: ['Stock'],
  query: z.strictObject({ ...pageQuery, sku: text, location: text }),
  responses: { 200: { description: 'One page of changes.', body: listOf(changeSchema, 'StockLevelChangeList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `level-changes:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.int().min(0)]));
    const rows = await readPage(deps.database, filter, { before: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: (change) => [change.id],
      present: (change) => ({ ...change, at: change.at.toISOString() }),
    });
    return { status: 200, body };
  },
});
