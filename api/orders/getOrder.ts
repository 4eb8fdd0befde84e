import { z } from 'zod';
import { defineRoute } from '../route';
import { answerOrder, etagOf } from './answerOrder';
import { findOrder } from './findOrder';
import { orderIdParams, orderSchema } from './orderSchema';
import { presentOrder } from './presentOrder';
import { listsTag } from '../http/listsTag';

export const getOrder = defineRoute({
  name: 'getOrder',
  method: 'get',
  path: '/v1/orders/{id}',
  permission: 'orders:read',
  summary: 'Read an order',
  tags: ['Orders'],
  params: orderIdParams,
  headers: z.object({ 'if-none-match': z.string().optional() }),
  responses: {
    200: { description: 'The order.', body: orderSchema, headers: { ETag: 'The version of the order.' } },
    304: { description: 'It is still the version that If-None-Match names.' },
  },
  handler: async ({ params, headers }, { deps, principal }) => {
    const order = await findOrder(deps.database, params.id, principal);
    const tag = headers['if-none-match'];
    if (tag !== undefined && listsTag(tag, etagOf(order))) return { status: 304, headers: { ETag: etagOf(order) } };
    return answerOrder(200, presentOrder(order, deps.config));
  },
});
