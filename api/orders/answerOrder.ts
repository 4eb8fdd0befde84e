import type { Answer } from '../route';
import type { OrderView } from './orderSchema';

export const etagOf = (order: { version: number }): string => `"${order.version}"`;

/** An order as an answer, with its address and, as the ETag, its version. */
export const answerOrder = (status: number, order: OrderView): Answer => ({
  status,
  body: order,
  headers: { ETag: etagOf(order), Location: `/v1/orders/${order.id}` },
});
