import { z } from 'zod';
import { listSyncProblems as readPage } from '../../../db/inventory/sync/listSyncProblems';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf, time } from '../../orders/orderSchema';
import { defineRoute } from '../../route';

const problemSchema = z
  .object({
    sku: z.string(),
    location: z.string(),
    onHand: z.int().meta({ description: 'What the outside system said.' }),
    asOf: time,
    problem: z.string().meta({ example: '3 would be on hand, and 5 are reserved, damaged or held back' }),
    document: z.string().meta({ description: 'The run that met it last.' }),
    at: time,
  })
  .meta({ id: 'StockSyncProblem' });

export const listSyncProblems = defineRoute({
  name: 'listStockSyncProblems',
  method: 'get',
  path: '/v1/stock/sync-problems',
  permission: 'stock:read',
  summary: 'Levels of the outside system that were not taken over',
  description: 'The level here stays as it is. A problem is gone when a later word of the outside system fits.',
  tags: ['Stock'],
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page of problems.', body: listOf(problemSchema, 'StockSyncProblemList') } },
  handler: async ({ query: { limit, cursor } }, { deps }) => {
    const list = 'stock-sync-problems';
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const after = place === undefined ? null : { sku: place[0], location: place[1] };
    const rows = await readPage(deps.database, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: ({ sku, location }) => [sku, location],
      present: ({ asOf, at, ...problem }) => ({ ...problem, asOf: asOf.toISOString(), at: at.toISOString() }),
    });
    return { status: 200, body };
  },
});
