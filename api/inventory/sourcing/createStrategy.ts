import { z } from 'zod';
import { channelName, strategySchema } from '../../../domain/inventory/sourcing/schema';
import { plainText } from '../../../domain/orders/schema';
import { createStrategy as create } from '../../../db/inventory/strategies';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { checkRules } from './checkRules';
import { presentStrategy, strategyRecordSchema } from './strategyRecordSchema';

const newStrategySchema = z
  .strictObject({
    channel: channelName,
    rules: strategySchema.shape.rules,
    comment: plainText(500).optional().meta({ description: 'Why it is as it is, for whoever reads it later.' }),
    activate: z.boolean().default(false).meta({ description: 'Without it the version is a draft, to be tried first.' }),
  })
  .meta({ id: 'NewSourcingStrategy' });

export const createStrategy = defineRoute({
  name: 'createSourcingStrategy',
  method: 'post',
  path: '/v1/sourcing/strategies',
  permission: 'settings:write',
  summary: 'Add a version of a channel’s sourcing strategy',
  description:
    'Orders that are decided from then on follow the active version; try a draft with `POST /v1/sourcing:explain`.',
  tags: ['Sourcing'],
  body: newStrategySchema,
  responses: { 201: { description: 'The version.', body: strategyRecordSchema } },
  handler: async ({ body: { rules, comment, ...given } }, context) => {
    await checkRules(context.deps.database, rules, '/rules');
    const actor = `key:${context.principal.name}`;
    return answerOnce(context, async (transaction) => {
      const made = await create(transaction, { ...given, strategy: { rules }, comment: comment ?? null, actor });
      return { status: 201, body: presentStrategy(made) };
    });
  },
});
