import { holdSchema } from '../../domain/orders/schema';
import { holdOrder as update, holdOrderSignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const holdOrder = defineChange({
  name: 'holdOrder',
  action: 'hold',
  path: '/v1/orders/{id}/hold',
  permission: 'orders:operate',
  summary: 'Hold an order',
  description:
    'What the type of the hold blocks (shipping, capture or both) does not start until the hold is released.',
  body: holdSchema,
  door: { update, signal },
  toRequest: (body, asked) => ({ ...asked, ...body }),
});
