import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import {
  deleteRule as remove,
  listRules as readPage,
  saveRule as save,
} from '../../../db/inventory/replenishment/rules';
import { inTransaction } from '../../../db/transaction';
import { newId } from '../../../runtime/newId';
import { answerOnce } from '../../http/answerOnce';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { newRuleSchema, presentRule, ruleParams, ruleSchema } from './ruleSchema';

export const saveRule = defineRoute({
  name: 'saveReorderRule',
  method: 'post',
  path: '/v1/replenishment/rules',
  permission: 'stock:write',
  summary: 'Say when an item is ordered again at a place',
  description: 'One rule for each item and place: another one takes its place.',
  tags: ['Replenishment'],
  body: newRuleSchema,
  responses: {
    201: { description: 'The rule.', body: ruleSchema },
    200: { description: 'The rule, in the place of the one before.', body: ruleSchema },
  },
  handler: ({ body }, context) =>
    answerOnce(context, async (transaction) => {
      const { leadTimeDays = null, supplier = null, unitCost = null, currency = null, ...given } = body;
      const { rule, isNew } = await save(transaction, {
        ...{ ...given, leadTimeDays, supplier, unitCost, currency },
        ...{ id: newId('rul'), actor: `key:${context.principal.name}` },
      });
      return { status: isNew ? 201 : 200, body: presentRule(rule) };
    }),
});

const text = plainText(100).optional();

export const listRules = defineRoute({
  name: 'listReorderRules',
  method: 'get',
  path: '/v1/replenishment/rules',
  permission: 'stock:read',
  summary: 'Rules of reordering, by item and place',
  tags: ['Replenishment'],
  query: z.strictObject({ ...pageQuery, sku: text, location: text, supplier: text }),
  responses: { 200: { description: 'One page of rules.', body: listOf(ruleSchema, 'ReorderRuleList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `rules:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const after = place === undefined ? null : { sku: place[0], location: place[1] };
    const rows = await readPage(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, { list, placeOf: (rule) => [rule.sku, rule.location], present: presentRule });
    return { status: 200, body };
  },
});

export const deleteRule = defineRoute({
  name: 'deleteReorderRule',
  method: 'delete',
  path: '/v1/replenishment/rules/{id}',
  permission: 'stock:write',
  summary: 'Delete a rule of reordering',
  description: 'An open suggestion of it is withdrawn.',
  tags: ['Replenishment'],
  params: ruleParams,
  responses: { 204: { description: 'It is deleted.' } },
  handler: async ({ params: { id } }, { deps, principal }) => {
    await inTransaction(deps.database, (transaction) => remove(transaction, id, `key:${principal.name}`));
    return { status: 204 };
  },
});
