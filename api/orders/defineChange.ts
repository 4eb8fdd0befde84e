import { z } from 'zod';
import type { Permission } from '../../domain/auth';
import { Refusal } from '../../domain/failures';
import { findObstacle, type OrderAction } from '../../domain/orders/actions';
import { listsTag } from '../http/listsTag';
import { defineRoute, type Context, type Route } from '../route';
import { etagOf } from './answerOrder';
import { findOrder } from './findOrder';
import { keepOrder } from './keepOrder';
import { orderIdParams, orderSchema } from './orderSchema';
import { actionStateOf } from './presentOrder';
import { requestChange, type Door } from './requestChange';

interface Asked {
  requestId: string;
  actor: string;
}

interface ChangeSpec<B extends z.ZodType, R extends Asked> {
  name: string;
  action: OrderAction;
  path: string;
  permission: Permission;
  summary: string;
  description: string;
  body: B;
  door: Door<R>;
  /** What the workflow is asked, from what the caller has sent. */
  toRequest: (body: z.output<B>, asked: Asked, orderId: string, deps: Context['deps']) => R | Promise<R>;
}

/** A route that asks a running order for a change. All of them keep to the same rules, of versions, repeats and refusals. */
export function defineChange<B extends z.ZodType, R extends Asked>(spec: ChangeSpec<B, R>): Route {
  const { action, door, toRequest, ...route } = spec;
  return defineRoute({
    ...route,
    method: 'post',
    tags: ['Orders'],
    params: orderIdParams,
    headers: z.object({
      'if-match': z.string().optional().meta({ description: 'The ETag of the version that this change is meant for.' }),
    }),
    keep: keepOrder,
    responses: {
      200: { description: 'The order after the change.', body: orderSchema, headers: { ETag: 'Its version.' } },
      202: {
        description: 'No worker answers: the request is kept and carried out once, later. The order is as it was.',
        body: orderSchema,
        headers: { ETag: 'Its version.' },
      },
    },
    failures: ['illegal_transition', 'precondition_failed'],
    handler: async ({ params, headers, body }, context) => {
      const { deps, principal, changeId } = context;
      const order = await findOrder(deps.database, params.id, principal);
      const expected = headers['if-match'];
      if (expected !== undefined && !listsTag(expected, etagOf(order))) {
        throw new Refusal(
          'precondition_failed',
          `the order is at version ${order.version}; read it again and decide anew`,
        );
      }
      const obstacle = findObstacle(action, actionStateOf(order));
      if (obstacle !== null) throw new Refusal('illegal_transition', `${action} is not possible: ${obstacle}`);
      const asked = { requestId: changeId, actor: `key:${principal.name}` };
      const request = await toRequest(body as z.output<B>, asked, order.id, deps);
      return requestChange(door, order, request, context);
    },
  });
}
