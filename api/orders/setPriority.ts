import { prioritySchema } from '../../domain/orders/schema';
import { setPriority as update, setPrioritySignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const setPriority = defineChange({
  name: 'setOrderPriority',
  action: 'set_priority',
  path: '/v1/orders/{id}/priority',
  permission: 'orders:operate',
  summary: 'Say how early an order is served',
  description:
    'Of orders that wait for an item the higher priority is served first, after the class of re-allocation; then the earlier promise, ' +
    'then who asked first. Counts for what comes in from now on; what other orders have, a re-allocation may take.',
  body: prioritySchema,
  door: { update, signal },
  toRequest: (body, asked) => ({ ...asked, ...body }),
});
