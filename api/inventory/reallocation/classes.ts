import { z } from 'zod';
import { REALLOCATION_CLASSES } from '../../../domain/inventory/reallocation/classes';
import { channelName } from '../../../domain/inventory/sourcing/schema';
import { Refusal } from '../../../domain/failures';
import {
  deleteClassRule as remove,
  listClassRules as readPage,
  putClassRule as put,
  type ClassRuleRecord,
} from '../../../db/inventory/reallocation/classes';
import { answerOnce } from '../../http/answerOnce';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf, time } from '../../orders/orderSchema';
import { defineRoute } from '../../route';

const MOST_PRIORITY = 999_999_999;
const EVERY_CHANNEL = 'Without it: of every channel.';
const EVERY_PRIORITY = 'Of orders of this priority and higher. Without it: of every priority.';

const ruleSchema = z
  .object({
    channel: z.string().nullable().meta({ description: 'null: of every channel.' }),
    minimumPriority: z.int().nullable().meta({ description: 'null: of every priority.' }),
    class: z.enum(REALLOCATION_CLASSES),
    updatedBy: z.string(),
    updatedAt: time,
  })
  .meta({ id: 'ReallocationClass' });

const present = ({ updatedAt, ...rule }: ClassRuleRecord): z.output<typeof ruleSchema> => ({
  ...rule,
  updatedAt: updatedAt.toISOString(),
});

export const putClassRule = defineRoute({
  name: 'putReallocationClass',
  method: 'post',
  path: '/v1/reallocation/classes',
  permission: 'stock:write',
  summary: 'Say which orders gain and which lose in a re-allocation',
  description:
    '`win` gets all it wants; `keep` keeps what it has and may gain; `fill` keeps or loses, and never gains; `lose` gives up what ' +
    'it has to others that want it. An order is of the class of the rule for its channel and the highest priority that it reaches; ' +
    'then of one for every channel; else of `keep`. What comes in goes to those that wait by class, then by priority and time. ' +
    'Orders that wait already are of their new class from the next run on. Takes the place of the rule of the same channel and ' +
    'priority.',
  tags: ['Stock'],
  body: z
    .strictObject({
      channel: channelName.optional().meta({ description: EVERY_CHANNEL }),
      minimumPriority: z.int().min(-MOST_PRIORITY).max(MOST_PRIORITY).optional().meta({ description: EVERY_PRIORITY }),
      class: z.enum(REALLOCATION_CLASSES),
    })
    .meta({ id: 'NewReallocationClass' }),
  responses: { 200: { description: 'The rule.', body: ruleSchema } },
  handler: ({ body }, context) =>
    answerOnce(context, async (transaction) => {
      const { channel = null, minimumPriority = null } = body;
      const actor = `key:${context.principal.name}`;
      return {
        status: 200,
        body: present(await put(transaction, { channel, minimumPriority, class: body.class, actor })),
      };
    }),
});

export const listClassRules = defineRoute({
  name: 'listReallocationClasses',
  method: 'get',
  path: '/v1/reallocation/classes',
  permission: 'stock:read',
  summary: 'Which orders gain and which lose in a re-allocation',
  description: 'By channel, those for every channel last; of each the highest priority first, as they are looked at.',
  tags: ['Stock'],
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page of rules.', body: listOf(ruleSchema, 'ReallocationClassList') } },
  handler: async ({ query: { limit, cursor } }, { deps }) => {
    const list = 'reallocation-classes';
    const shape = z.tuple([z.string(), z.string().regex(/^(-?\d{1,9})?$/)]);
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, shape);
    const after =
      place === undefined
        ? null
        : { channel: place[0] || null, minimumPriority: place[1] === '' ? null : Number(place[1]) };
    const rows = await readPage(deps.database, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      ...{ list, present },
      placeOf: ({ channel, minimumPriority }) => [channel ?? '', String(minimumPriority ?? '')],
    });
    return { status: 200, body };
  },
});

export const deleteClassRule = defineRoute({
  name: 'deleteReallocationClass',
  method: 'delete',
  path: '/v1/reallocation/classes',
  permission: 'stock:write',
  summary: 'Take a class of orders back',
  tags: ['Stock'],
  query: z.strictObject({
    channel: channelName.optional().meta({ description: 'Without it: the rule for every channel.' }),
    minimumPriority: z
      .string()
      .regex(/^-?\d{1,9}$/, { error: 'must be a whole number' })
      .transform(Number)
      .optional()
      .meta({ description: 'Without it: the rule for every priority.' }),
  }),
  responses: { 204: { description: 'It is gone.' } },
  failures: ['not_found'],
  handler: async ({ query: { channel = null, minimumPriority = null } }, { deps }) => {
    if (await remove(deps.database, { channel, minimumPriority })) return { status: 204 };
    const priority = minimumPriority === null ? 'every priority' : `priority ${minimumPriority}`;
    throw new Refusal('not_found', `there is no class for ${channel ?? 'every channel'} and ${priority}`);
  },
});
