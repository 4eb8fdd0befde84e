import { z } from 'zod';
import { SHORTAGE_POLICIES } from '../../../domain/inventory/shortage';
import { channelName } from '../../../domain/inventory/sourcing/schema';
import { sku } from '../../../domain/orders/schema';
import { putChannelRule as put } from '../../../db/inventory/channelRules';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { someUnits, units } from '../fields';
import { channelRuleSchema, presentChannelRule } from './channelRuleSchema';

const ruleSchema = z
  .strictObject({
    channel: channelName,
    sku: sku.optional().meta({ description: 'Without it the rule is for all items that have none of their own.' }),
    bufferUnits: units
      .optional()
      .meta({ description: 'Units that stay at each location, whatever this channel asks.' }),
    bufferPercent: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .meta({ description: 'The same as a share of what is on hand there, rounded up. The largest of these counts.' }),
    shortage: z
      .enum(SHORTAGE_POLICIES)
      .optional()
      .meta({ description: 'What becomes of orders for more than there is. It goes before what the item says.' }),
    lowUnits: units.optional().meta({ description: 'The item is signalled as low at so many and fewer.' }),
    backUnits: someUnits.optional().meta({ description: 'And as back at so many and more; above `lowUnits`.' }),
  })
  .refine(({ lowUnits, backUnits }) => (lowUnits === undefined) === (backUnits === undefined), {
    error: 'must come with `backUnits`, or both must be left out',
    path: ['lowUnits'],
  })
  .refine(({ lowUnits = 0, backUnits = Infinity }) => backUnits > lowUnits, {
    error: 'must be more than `lowUnits`',
    path: ['backUnits'],
  })
  .refine(
    ({ bufferUnits, bufferPercent, shortage, lowUnits }) =>
      [bufferUnits, bufferPercent, shortage, lowUnits].some((field) => field !== undefined),
    { error: 'says nothing: give a buffer, what to do in a shortage, or when the item is low' },
  )
  .meta({ id: 'NewChannelStockRule' });

export const putChannelRule = defineRoute({
  name: 'putChannelStockRule',
  method: 'post',
  path: '/v1/channel-stock-rules',
  permission: 'stock:write',
  summary: 'Say what a channel may sell of an item, or of all',
  description:
    'Takes the place of the rule of the same channel and item. Where a rule for an item leaves a field out, the general rule of ' +
    'the channel says it. At each location the largest of safety stock, units and share stays there.',
  tags: ['Stock'],
  body: ruleSchema,
  responses: { 200: { description: 'The rule.', body: channelRuleSchema } },
  handler: async ({ body }, context) =>
    answerOnce(context, async (transaction) => {
      const rule = await put(transaction, {
        channel: body.channel,
        sku: body.sku ?? null,
        bufferUnits: body.bufferUnits ?? null,
        bufferPercent: body.bufferPercent ?? null,
        shortage: body.shortage ?? null,
        lowUnits: body.lowUnits ?? null,
        backUnits: body.backUnits ?? null,
        actor: `key:${context.principal.name}`,
      });
      return { status: 200, body: presentChannelRule(rule) };
    }),
});
