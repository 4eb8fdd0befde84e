import { z } from 'zod';
import { findAllowedActions, ORDER_ACTIONS } from '../../domain/orders/actions';
import { HOLD_TYPE_NAMES } from '../../domain/orders/holds';
import { orderWorkflowId } from '../../domain/ids';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { FULFILMENT_STATUSES, isClosed, ORDER_STATUSES, PAYMENT_STATUSES } from '../../domain/orders/status';
import type { OrderRecord } from '../../db/orders/orderRecord';
import { getStatus } from '../../workflows/orders/messages';
import type { ApiParts } from '../deps';
import { defineRoute } from '../route';
import { findOrder } from './findOrder';
import { orderIdParams, waitingForSchema } from './orderSchema';
import { actionStateOf, waitingForOf } from './presentOrder';

const DEADLINE_MS = 1_000;

const statusSchema = z
  .object({
    id: z.string(),
    status: z.enum(ORDER_STATUSES),
    statusReason: z.string().nullable(),
    paymentStatus: z.enum(PAYMENT_STATUSES),
    fulfilmentStatus: z.enum(FULFILMENT_STATUSES),
    holds: z.array(z.object({ id: z.string(), type: z.enum(HOLD_TYPE_NAMES) })),
    attention: z.string().nullable(),
    allowedActions: z.array(z.enum(ORDER_ACTIONS)),
    waitingFor: waitingForSchema.nullable(),
    version: z.int(),
    source: z.enum(['workflow', 'database']).meta({
      description:
        '`workflow`: asked of the running order itself. `database`: it is closed, or no worker answered in time.',
    }),
  })
  .meta({ id: 'OrderStatus' });

type StatusView = z.infer<typeof statusSchema>;

export const getOrderStatus = defineRoute({
  name: 'getOrderStatus',
  method: 'get',
  path: '/v1/orders/{id}/status',
  permission: 'orders:read',
  summary: 'The live status of an order',
  tags: ['Orders'],
  params: orderIdParams,
  responses: { 200: { description: 'The status.', body: statusSchema } },
  handler: async ({ params }, { deps, principal }) => {
    const order = await findOrder(deps.database, params.id, principal);
    const live =
      isClosed(order.status) || order.workflowStartedAt === null ? undefined : await askWorkflow(deps, order);
    return { status: 200, body: live ?? describeRow(order) };
  },
});

/** Undefined where nobody answers, whatever the reason: the row is a good answer too. */
async function askWorkflow({ gate, temporal }: ApiParts, order: OrderRecord): Promise<StatusView | undefined> {
  if (!gate.isOpen()) return undefined;
  const handle = temporal.client.workflow.getHandle(orderWorkflowId(order.id));
  try {
    const snapshot = await temporal.connection.withDeadline(Date.now() + DEADLINE_MS, () => handle.query(getStatus));
    return isBehind(snapshot, order) ? undefined : describeSnapshot(snapshot, order.version);
  } catch {
    return undefined;
  }
}

/**
 * Between the commit of a change and the moment the workflow hears of it, the row is the newer truth: nobody who has read
 * the order should see it go back. A row that is only newer by a scan of the carrier tells the same.
 */
const isBehind = (snapshot: OrderSnapshot, order: OrderRecord): boolean =>
  snapshot.version < order.version &&
  (snapshot.status !== order.status ||
    snapshot.paymentStatus !== order.paymentStatus ||
    snapshot.fulfilmentStatus !== order.fulfilmentStatus ||
    snapshot.attention !== order.attention ||
    snapshot.holds.length !== order.holds.length);

const describeSnapshot = (snapshot: OrderSnapshot, version: number): StatusView => ({
  id: snapshot.orderId,
  status: snapshot.status,
  statusReason: snapshot.statusReason,
  paymentStatus: snapshot.paymentStatus,
  fulfilmentStatus: snapshot.fulfilmentStatus,
  holds: snapshot.holds.map(({ id, type }) => ({ id, type })),
  attention: snapshot.attention,
  allowedActions: snapshot.allowedActions,
  waitingFor: snapshot.waitingFor,
  version: Math.max(snapshot.version, version),
  source: 'workflow',
});

const describeRow = (order: OrderRecord): StatusView => ({
  id: order.id,
  status: order.status,
  statusReason: order.statusReason,
  paymentStatus: order.paymentStatus,
  fulfilmentStatus: order.fulfilmentStatus,
  holds: order.holds.map(({ id, type }) => ({ id, type })),
  attention: order.attention,
  allowedActions: findAllowedActions(actionStateOf(order)),
  waitingFor: waitingForOf(order),
  version: order.version,
  source: 'database',
});
