import { findAllowedActions, type ActionState } from '../../domain/orders/actions';
import { orderWorkflowId } from '../../domain/ids';
import { foldPayments, isPaymentWanted } from '../../domain/payments';
import type { OrderRecord, PaymentOfOrder, ShipmentOfOrder } from '../../db/orders/orderRecord';
import type { Config } from '../../runtime/settings';
import { temporalWorkflowUrl } from '../../runtime/temporal';
import type { OrderView } from './orderSchema';

type UiConfig = Pick<Config, 'TEMPORAL_UI_URL' | 'TEMPORAL_NAMESPACE'>;

/** The order as the API shows it. */
export function presentOrder(order: OrderRecord, config: UiConfig): OrderView {
  const money = foldPayments(order.payments.flatMap((payment) => payment.events));
  const { contact } = order;
  const workflowId = orderWorkflowId(order.id);
  return {
    id: order.id,
    reference: order.reference,
    channel: order.channel,
    status: order.status,
    statusReason: order.statusReason,
    paymentStatus: order.paymentStatus,
    fulfilmentStatus: order.fulfilmentStatus,
    currency: order.currency,
    totals: {
      items: order.items,
      shipping: order.shipping,
      discount: order.discount,
      tax: order.tax,
      grand: order.grand,
      paid: money.captured,
      refunded: money.refunded,
    },
    customer: { email: contact.email, name: contact.name, phone: contact.phone },
    shippingAddress: presentAddress(contact.address),
    shipping: { method: order.shippingMethod, price: order.shipping },
    lines: order.lines.map(({ firstPromisedAt, promisedAt, ...line }) => ({
      ...line,
      firstPromisedAt: firstPromisedAt && toIso(firstPromisedAt),
      promisedAt: promisedAt && toIso(promisedAt),
    })),
    allocations: order.allocations.map(({ pickedAt, ...allocation }) => ({
      ...allocation,
      pickedAt: pickedAt && toIso(pickedAt),
    })),
    payments: order.payments.map(presentPayment),
    shipments: order.shipments.map(presentShipment),
    holds: order.holds.map((hold) => ({ ...hold, placedAt: toIso(hold.placedAt) })),
    attention: order.attention,
    allowedActions: findAllowedActions(actionStateOf(order)),
    waitingFor: waitingForOf(order),
    priority: order.priority,
    metadata: order.metadata,
    version: order.version,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
    workflow: { id: workflowId, url: temporalWorkflowUrl(config, workflowId) },
  };
}

/** What the rules of actions look at. The same figures as the writer of orders takes. */
export function actionStateOf(order: OrderRecord): ActionState {
  const events = order.payments.flatMap((payment) => payment.events);
  const money = foldPayments(events);
  const cancelledValue = order.lines.reduce((value, line) => value + line.cancelled * line.unitPrice, 0);
  const allCancelled = order.lines.every((line) => line.cancelled === line.quantity);
  const due = allCancelled ? 0 : order.grand - cancelledValue;
  return {
    status: order.status,
    holds: order.holds,
    dispatched: order.lines.some((line) => line.shipped > 0),
    paid: money.captured > 0 && money.captured >= due,
    attention: order.attention,
    paymentWanted: isPaymentWanted(events),
    backordered: order.lines.reduce((units, line) => units + line.backordered, 0),
  };
}

export const waitingForOf = (order: OrderRecord): OrderView['waitingFor'] =>
  order.waitingWhat === null || order.waitingOwner === null
    ? null
    : { what: order.waitingWhat, owner: order.waitingOwner, until: order.waitingUntil?.toISOString() ?? null };

/** Always in this order, so that a kept answer which gets its address back has the same bytes again. */
export const presentAddress = (address: OrderRecord['contact']['address']): OrderView['shippingAddress'] => {
  const { name, line1, line2, city, postalCode, country } = address;
  return { name, line1, ...(line2 === undefined ? {} : { line2 }), city, postalCode, country };
};

function presentPayment(payment: PaymentOfOrder): OrderView['payments'][number] {
  const { authorised, captured, voided, refunded } = foldPayments(payment.events);
  const declined = payment.events.findLast(({ state, effect }) => state === 'declined' && effect === 'authorise');
  return {
    id: payment.id,
    method: payment.method,
    provider: payment.provider,
    status: paymentStatusOf(payment),
    amount: payment.amount,
    authorized: authorised,
    captured,
    voided,
    refunded,
    declined: declined === undefined ? null : { code: declined.code, message: declined.message },
    createdAt: toIso(payment.createdAt),
  };
}

function paymentStatusOf({ events }: PaymentOfOrder): OrderView['payments'][number]['status'] {
  const { authorised, captured, voided, refunded, failed } = foldPayments(events);
  if (refunded > 0) return refunded >= captured ? 'refunded' : 'partly_refunded';
  if (captured > 0) return 'captured';
  if (voided > 0) return 'voided';
  if (authorised > 0) return 'authorized';
  return failed ? 'declined' : 'pending';
}

const presentShipment = (shipment: ShipmentOfOrder): OrderView['shipments'][number] => ({
  ...shipment,
  tracking: shipment.tracking.map((scan) => ({ ...scan, at: toIso(scan.at) })),
  createdAt: toIso(shipment.createdAt),
  updatedAt: toIso(shipment.updatedAt),
});

/** Times from JSON aggregates have the offset and the digits that Postgres gives them. */
const toIso = (text: string): string => new Date(text).toISOString();
