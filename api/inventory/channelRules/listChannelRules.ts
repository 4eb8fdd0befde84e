import { z } from 'zod';
import { channelName } from '../../../domain/inventory/sourcing/schema';
import { sku } from '../../../domain/orders/schema';
import { listChannelRules as readPage } from '../../../db/inventory/channelRules';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { channelRuleSchema, presentChannelRule } from './channelRuleSchema';

export const listChannelRules = defineRoute({
  name: 'listChannelStockRules',
  method: 'get',
  path: '/v1/channel-stock-rules',
  permission: 'stock:read',
  summary: 'What each channel may sell of the stock',
  description: 'The general rule of a channel comes before those for single items.',
  tags: ['Stock'],
  query: z.strictObject({ ...pageQuery, channel: channelName.optional(), sku: sku.optional() }),
  responses: {
    200: { description: 'One page of rules.', body: listOf(channelRuleSchema, 'ChannelStockRuleList') },
  },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `channel-rules:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const after = place === undefined ? null : { channel: place[0], sku: place[1] };
    const rows = await readPage(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: (rule) => [rule.channel, rule.sku ?? ''],
      present: presentChannelRule,
    });
    return { status: 200, body };
  },
});
