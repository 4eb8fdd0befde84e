import { z } from 'zod';
import { channelName } from '../../../domain/inventory/sourcing/schema';
import { sku } from '../../../domain/orders/schema';
import { Refusal } from '../../../domain/failures';
import { deleteChannelRule as remove } from '../../../db/inventory/channelRules';
import { defineRoute } from '../../route';

export const deleteChannelRule = defineRoute({
  name: 'deleteChannelStockRule',
  method: 'delete',
  path: '/v1/channel-stock-rules',
  permission: 'stock:write',
  summary: 'Take a rule back',
  tags: ['Stock'],
  query: z.strictObject({
    channel: channelName,
    sku: sku.optional().meta({ description: 'Without it: the general rule of the channel.' }),
  }),
  responses: { 204: { description: 'It is gone.' } },
  failures: ['not_found'],
  handler: async ({ query }, { deps }) => {
    if (await remove(deps.database, { channel: query.channel, sku: query.sku ?? null })) return { status: 204 };
    const what = query.sku === undefined ? 'general rule' : `rule for ${query.sku}`;
    throw new Refusal('not_found', `${query.channel} has no ${what}`);
  },
});
