import { z } from 'zod';
import { Refusal } from '../../../domain/failures';
import { activateStrategy as activate } from '../../../db/inventory/strategies';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { presentStrategy, strategyRecordSchema } from './strategyRecordSchema';

export const activateStrategy = defineRoute({
  name: 'activateSourcingStrategy',
  method: 'post',
  path: '/v1/sourcing/strategies/{channel}/{version}/activate',
  permission: 'settings:write',
  summary: 'Let a version decide from now on',
  description: 'Also the way back to an earlier one. Orders that are decided already stay as they are.',
  tags: ['Sourcing'],
  params: z.object({
    channel: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
    version: z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .transform(Number)
      .meta({ type: 'integer', example: 2 }),
  }),
  responses: { 200: { description: 'The version, which is active now.', body: strategyRecordSchema } },
  handler: async ({ params }, context) =>
    answerOnce(context, async (transaction) => {
      const active = await activate(transaction, params);
      if (active === undefined)
        throw new Refusal('not_found', `${params.channel} has no version ${params.version} of a strategy`);
      return { status: 200, body: presentStrategy(active) };
    }),
});
