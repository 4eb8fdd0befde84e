import { z } from 'zod';
import { ORDER_STATUSES } from '../../domain/orders/status';
import type { OrderEvent } from '../../db/orders/readEvents';
import { time } from '../orders/orderSchema';

export const eventSchema = z
  .object({
    id: z.string(),
    orderId: z.string(),
    sequence: z.int().meta({ description: '1, 2, 3 … within its order, without a gap.' }),
    type: z.string().meta({ example: 'payment.authorised' }),
    status: z.enum(ORDER_STATUSES).meta({ description: 'The order’s status after it.' }),
    at: time,
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'OrderEvent' });

export function presentEvent(event: OrderEvent): z.infer<typeof eventSchema> {
  const { orderId, sequence, type, status, at, actor, data } = event;
  const id = `${orderId.replace('ord_', 'evt_')}_${sequence}`;
  return { id, orderId, sequence, type, status, at: at.toISOString(), actor, data };
}
