import { z } from 'zod';
import { listDecisions, type SourcingDecision } from '../../../db/inventory/listDecisions';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { findOrder } from '../../orders/findOrder';
import { listOf, orderIdParams, time } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { explanationFields, presentExplanation } from './explanationSchema';

const lineUnits = z.object({ lineId: z.string(), units: z.int() });
const decisionSchema = z
  .object({
    attempt: z.int(),
    at: time,
    rejected: z.boolean().meta({ description: 'Something was short that may not wait: nothing was allocated.' }),
    fulfilments: z.array(z.object({ number: z.int(), location: z.string(), lines: z.array(lineUnits) })).meta({
      description: 'What was allocated, under the numbers of the parcels in which it leaves.',
    }),
    short: z.array(lineUnits),
    ...explanationFields,
  })
  .meta({ id: 'SourcingDecision' });

export const listOrderSourcing = defineRoute({
  name: 'listOrderSourcing',
  method: 'get',
  path: '/v1/orders/{id}/sourcing',
  permission: 'orders:operate',
  summary: 'Where an order’s units come from, and why',
  description:
    'Each decision as it was made, the last one first. An order that waits is decided anew when stock comes.',
  tags: ['Sourcing'],
  params: orderIdParams,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page of decisions.', body: listOf(decisionSchema, 'SourcingDecisionList') } },
  handler: async ({ params: { id }, query: { limit, cursor } }, { deps, principal }) => {
    await findOrder(deps.database, id, principal);
    const list = `sourcing:${id}`;
    const before = cursor === undefined ? null : decodeCursor(list, cursor, z.tuple([z.int32()]))[0];
    const rows = await listDecisions(deps.database, id, { before, limit: limit + 1 });
    const body = makePage(rows, limit, { list, placeOf: ({ attempt }) => [attempt], present: presentDecision });
    return { status: 200, body };
  },
});

const presentDecision = ({ attempt, at, decision }: SourcingDecision): z.infer<typeof decisionSchema> => ({
  attempt,
  at: at.toISOString(),
  rejected: decision.rejected,
  fulfilments: decision.fulfilments.map(({ number, location, lines }) => ({ number, location, lines })),
  short: decision.short,
  ...presentExplanation(decision),
});
