import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import {
  approveCount as approve,
  rejectCount as reject,
  submitCount as submit,
} from '../../../db/inventory/counts/decideCount';
import { recordCounted as record } from '../../../db/inventory/counts/recordCounted';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { day, lotName, units } from '../fields';
import { countParams, countSchema, presentCount } from './countSchema';

const responses = { 200: { description: 'The count after it.', body: countSchema } };

const countedSchema = z
  .strictObject({
    lines: z
      .array(
        z
          .strictObject({
            sku: plainText(64),
            counted: units,
            lot: lotName.optional().meta({ description: 'Required where the item is tracked by lot.' }),
            expiresOn: day.optional().meta({ description: 'Of a lot that is new here.' }),
          })
          .meta({ id: 'CountedLine' }),
      )
      .min(1)
      .max(500),
  })
  .refine(({ lines }) => new Set(lines.map(({ sku, lot }) => JSON.stringify([sku, lot]))).size === lines.length, {
    error: 'must name each item, and each lot, once',
    path: ['lines'],
  })
  .meta({ id: 'CountedLines' });

export const recordCounted = defineRoute({
  name: 'recordCountedLines',
  method: 'post',
  path: '/v1/counts/{id}/lines',
  permission: 'stock:write',
  summary: 'Note what was counted',
  description:
    'Send it as it is counted: it is compared with what is on hand at this moment. Counting a line again replaces it.',
  tags: ['Stock'],
  params: countParams,
  body: countedSchema,
  responses,
  failures: ['illegal_transition'],
  handler: ({ params: { id }, body: { lines } }, context) =>
    answerOnce(context, async (transaction) => {
      const { name, keyId } = context.principal;
      return { status: 200, body: presentCount(await record(transaction, id, lines, { actor: `key:${name}`, keyId })) };
    }),
});

export const submitCount = defineRoute({
  name: 'submitStockCount',
  method: 'post',
  path: '/v1/counts/{id}/submit',
  permission: 'stock:write',
  summary: 'End the counting',
  description: 'Within the tolerance it is posted at once; else it awaits the approval of another key.',
  tags: ['Stock'],
  params: countParams,
  body: z.strictObject({}),
  responses,
  failures: ['illegal_transition', 'stock_conflict'],
  handler: ({ params: { id } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentCount(await submit(transaction, id, `key:${context.principal.name}`)),
    })),
});

export const approveCount = defineRoute({
  name: 'approveStockCount',
  method: 'post',
  path: '/v1/counts/{id}/approve',
  permission: 'stock:write',
  summary: 'Approve a count',
  description:
    'With another key than those that counted. Stock changes by as much as it was off when it was counted: what moved since stays so.',
  tags: ['Stock'],
  params: countParams,
  body: z.strictObject({ note: plainText(500).optional() }).meta({ id: 'ApproveStockCount' }),
  responses,
  failures: ['illegal_transition', 'stock_conflict'],
  handler: ({ params: { id }, body: { note = null } }, context) =>
    answerOnce(context, async (transaction) => {
      const { name, keyId } = context.principal;
      return { status: 200, body: presentCount(await approve(transaction, id, { actor: `key:${name}`, keyId, note })) };
    }),
});

export const rejectCount = defineRoute({
  name: 'rejectStockCount',
  method: 'post',
  path: '/v1/counts/{id}/reject',
  permission: 'stock:write',
  summary: 'Reject a count',
  description: 'Nothing is posted. A count that is still open is given up.',
  tags: ['Stock'],
  params: countParams,
  body: z.strictObject({ note: plainText(500) }).meta({ id: 'RejectStockCount' }),
  responses,
  failures: ['illegal_transition'],
  handler: ({ params: { id }, body: { note } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentCount(await reject(transaction, id, { actor: `key:${context.principal.name}`, note })),
    })),
});
