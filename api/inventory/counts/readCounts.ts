import { z } from 'zod';
import { Refusal } from '../../../domain/failures';
import { COUNT_STATUSES } from '../../../domain/inventory/counts/judgeVariance';
import { plainText } from '../../../domain/orders/schema';
import {
  listCountLines as readLines,
  listCounts as readPage,
  readCount,
} from '../../../db/inventory/counts/countRecord';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { countLineSchema, countParams, countSchema, presentCount, presentCountLine } from './countSchema';

export const getCount = defineRoute({
  name: 'getStockCount',
  method: 'get',
  path: '/v1/counts/{id}',
  permission: 'stock:read',
  summary: 'Read a count',
  tags: ['Stock'],
  params: countParams,
  responses: { 200: { description: 'The count.', body: countSchema } },
  handler: async ({ params: { id } }, { deps }) => {
    const count = await readCount(deps.database, id);
    if (count === undefined) throw new Refusal('not_found', `there is no count ${id}`);
    return { status: 200, body: presentCount(count) };
  },
});

export const listCountLines = defineRoute({
  name: 'listStockCountLines',
  method: 'get',
  path: '/v1/counts/{id}/lines',
  permission: 'stock:read',
  summary: 'List what is to be counted, and was',
  tags: ['Stock'],
  params: countParams,
  query: z.strictObject(pageQuery),
  responses: {
    200: { description: 'One page of lines by SKU and lot.', body: listOf(countLineSchema, 'StockCountLineList') },
  },
  handler: async ({ params: { id }, query: { limit, cursor } }, { deps }) => {
    if ((await readCount(deps.database, id)) === undefined) throw new Refusal('not_found', `there is no count ${id}`);
    const list = `count-lines:${id}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const after = place === undefined ? null : { sku: place[0], lot: place[1] };
    const rows = await readLines(deps.database, id, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: (line) => [line.sku, line.lot ?? ''],
      present: presentCountLine,
    });
    return { status: 200, body };
  },
});

export const listCounts = defineRoute({
  name: 'listStockCounts',
  method: 'get',
  path: '/v1/counts',
  permission: 'stock:read',
  summary: 'List counts, newest first',
  tags: ['Stock'],
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(COUNT_STATUSES).optional(),
    location: plainText(64).optional(),
  }),
  responses: { 200: { description: 'One page of counts.', body: listOf(countSchema, 'StockCountList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `counts:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string()]));
    const rows = await readPage(deps.database, filter, { before: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, { list, placeOf: (count) => [count.id], present: presentCount });
    return { status: 200, body };
  },
});
