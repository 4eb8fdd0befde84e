import { cancelSchema } from '../../domain/orders/schema';
import { cancelOrder as update, cancelOrderSignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const cancelOrder = defineChange({
  name: 'cancelOrder',
  action: 'cancel',
  path: '/v1/orders/{id}/cancel',
  permission: 'orders:cancel',
  summary: 'Cancel an order',
  description:
    'Until the carrier has taken the parcel. What was done is undone (stock, payment, booking) before the answer comes.',
  body: cancelSchema,
  door: { update, signal },
  toRequest: (body, asked) => ({ ...asked, reason: body.reason, note: body.note ?? null }),
});
