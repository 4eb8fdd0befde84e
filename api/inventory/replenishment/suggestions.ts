import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import { approveSuggestion as approve } from '../../../db/inventory/replenishment/approveSuggestion';
import {
  dismissSuggestion as dismiss,
  listSuggestions as readPage,
  readSuggestion,
  SUGGESTION_STATUSES,
} from '../../../db/inventory/replenishment/suggestions';
import { newId } from '../../../runtime/newId';
import { answerOnce } from '../../http/answerOnce';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { someUnits } from '../fields';
import { presentSuggestion, suggestionParams, suggestionSchema } from './suggestionSchema';

const text = plainText(100).optional();

export const listSuggestions = defineRoute({
  name: 'listReplenishmentSuggestions',
  method: 'get',
  path: '/v1/replenishment/suggestions',
  permission: 'stock:read',
  summary: 'What is to be ordered, and why',
  description: 'By item and place. One at most is open for each of them.',
  tags: ['Replenishment'],
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(SUGGESTION_STATUSES).default('open'),
    sku: text,
    location: text,
    supplier: text,
    runId: text,
  }),
  responses: {
    200: { description: 'One page of suggestions.', body: listOf(suggestionSchema, 'ReplenishmentSuggestionList') },
  },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `suggestions:${JSON.stringify(filter)}`;
    const shape = z.tuple([z.string(), z.string(), z.string()]);
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, shape);
    const after = place === undefined ? null : { sku: place[0], location: place[1], id: place[2] };
    const rows = await readPage(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      ...{ list, present: presentSuggestion },
      placeOf: ({ sku, location, id }) => [sku, location, id],
    });
    return { status: 200, body };
  },
});

export const approveSuggestion = defineRoute({
  name: 'approveReplenishmentSuggestion',
  method: 'post',
  path: '/v1/replenishment/suggestions/{id}/approve',
  permission: 'stock:write',
  summary: 'Put a suggestion on a purchase order',
  description: 'On the draft for that supplier, place and currency, or on a new one. Nothing is ordered by it yet.',
  tags: ['Replenishment'],
  params: suggestionParams,
  body: z
    .strictObject({
      quantity: someUnits.optional().meta({ description: 'In place of the one suggested.' }),
      supplier: plainText(100).optional().meta({ description: 'In place of the rule’s.' }),
    })
    .meta({ id: 'SuggestionApproval' }),
  responses: { 200: { description: 'The suggestion, with its purchase order.', body: suggestionSchema } },
  failures: ['illegal_transition'],
  handler: ({ params: { id }, body }, context) =>
    answerOnce(context, async (transaction) => {
      const { quantity = null, supplier = null } = body;
      const actor = `key:${context.principal.name}`;
      await approve(transaction, { id, quantity, supplier, actor, newPurchaseOrderId: newId('po') });
      return { status: 200, body: presentSuggestion(await readSuggestion(transaction, id)) };
    }),
});

export const dismissSuggestion = defineRoute({
  name: 'dismissReplenishmentSuggestion',
  method: 'post',
  path: '/v1/replenishment/suggestions/{id}/dismiss',
  permission: 'stock:write',
  summary: 'Dismiss a suggestion',
  description: 'The next run suggests anew, unless it is put off with `snoozeDays`.',
  tags: ['Replenishment'],
  params: suggestionParams,
  body: z
    .strictObject({
      note: plainText(500).optional(),
      snoozeDays: z.int().min(0).max(366).default(0).meta({ description: 'For so long the rule suggests nothing.' }),
    })
    .meta({ id: 'SuggestionDismissal' }),
  responses: { 200: { description: 'The suggestion.', body: suggestionSchema } },
  failures: ['illegal_transition'],
  handler: ({ params: { id }, body }, context) =>
    answerOnce(context, async (transaction) => {
      const { note = null, snoozeDays } = body;
      await dismiss(transaction, { id, note, snoozeDays, actor: `key:${context.principal.name}` });
      return { status: 200, body: presentSuggestion(await readSuggestion(transaction, id)) };
    }),
});
