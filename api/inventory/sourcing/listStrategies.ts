import { z } from 'zod';
import { channelName } from '../../../domain/inventory/sourcing/schema';
import { listStrategies as readPage } from '../../../db/inventory/strategies';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { presentStrategy, strategyRecordSchema } from './strategyRecordSchema';

export const listStrategies = defineRoute({
  name: 'listSourcingStrategies',
  method: 'get',
  path: '/v1/sourcing/strategies',
  permission: 'stock:read',
  summary: 'Sourcing strategies by channel, the newest version first',
  description: 'A channel without an active one is served by priority, from as few locations as possible.',
  tags: ['Sourcing'],
  query: z.strictObject({ ...pageQuery, channel: channelName.optional() }),
  responses: {
    200: { description: 'One page of versions.', body: listOf(strategyRecordSchema, 'SourcingStrategyList') },
  },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `strategies:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.int32()]));
    const after = place === undefined ? null : { channel: place[0], version: place[1] };
    const rows = await readPage(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: ({ channel, version }) => [channel, version],
      present: presentStrategy,
    });
    return { status: 200, body };
  },
});
