import { lineId, orderWorkflowId } from '../../domain/ids';
import { findAllowedActions } from '../../domain/orders/actions';
import { findWait, termOf } from '../../domain/orders/waiting';
import type { NewOrder } from '../../db/orders/recordOrder';
import type { Config } from '../../runtime/settings';
import { temporalWorkflowUrl } from '../../runtime/temporal';
import type { OrderView } from './orderSchema';
import { presentAddress } from './presentOrder';

/** An order as it stands the moment it is recorded: what reading it back would give, without the trip to the database. */
export function presentNewOrder(
  given: NewOrder,
  createdAt: Date,
  config: Pick<Config, 'TEMPORAL_UI_URL' | 'TEMPORAL_NAMESPACE'>,
): OrderView {
  const { order, orderId, policy } = given;
  const wait = findWait({ status: 'received', allocated: false, booked: false });
  const until = wait && new Date(createdAt.getTime() + termOf(wait, policy)).toISOString();
  const workflowId = orderWorkflowId(orderId);
  return {
    id: orderId,
    reference: order.reference,
    channel: given.channel,
    status: 'received',
    statusReason: null,
    paymentStatus: 'pending',
    fulfilmentStatus: 'unfulfilled',
    currency: order.currency,
    totals: { ...given.totals, paid: 0, refunded: 0 },
    customer: { email: order.customer.email, name: order.customer.name, phone: order.customer.phone ?? null },
    shippingAddress: presentAddress(order.shippingAddress),
    shipping: order.shipping,
    lines: order.lines.map((line, index) => ({
      id: lineId(orderId, index + 1),
      sku: line.sku,
      name: given.names[index] ?? line.sku,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      ...{ allocated: 0, backordered: 0, fulfilled: 0, shipped: 0, delivered: 0, cancelled: 0, returned: 0 },
      ...{ firstPromisedAt: null, promisedAt: null },
    })),
    allocations: [],
    payments: [],
    shipments: [],
    holds: [],
    attention: null,
    allowedActions: findAllowedActions({
      status: 'received',
      holds: [],
      dispatched: false,
      paid: false,
      attention: null,
    }),
    waitingFor: wait && { what: wait.what, owner: wait.owner, until },
    priority: order.priority ?? 0,
    metadata: order.metadata ?? {},
    version: 1,
    createdAt: createdAt.toISOString(),
    updatedAt: createdAt.toISOString(),
    workflow: { id: workflowId, url: temporalWorkflowUrl(config, workflowId) },
  };
}
