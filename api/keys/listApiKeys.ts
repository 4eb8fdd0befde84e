import { z } from 'zod';
import { listApiKeys as readPage } from '../../db/apiKeys';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf } from '../orders/orderSchema';
import { defineRoute } from '../route';
import { apiKeySchema, presentApiKey } from './apiKeySchema';

export const listApiKeys = defineRoute({
  name: 'listApiKeys',
  method: 'get',
  path: '/v1/keys',
  permission: 'settings:write',
  summary: 'List API keys',
  tags: ['API keys'],
  query: z.strictObject(pageQuery),
  responses: {
    200: { description: 'One page of keys, revoked ones included.', body: listOf(apiKeySchema, 'ApiKeyList') },
  },
  handler: async ({ query: { limit, cursor } }, { deps }) => {
    const place = cursor === undefined ? undefined : decodeCursor('keys', cursor, z.tuple([z.string()]));
    const rows = await readPage(deps.database, { after: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, { list: 'keys', placeOf: (key) => [key.id], present: presentApiKey });
    return { status: 200, body };
  },
});
