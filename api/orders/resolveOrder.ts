import { resolveSchema } from '../../domain/orders/schema';
import { resolveAttention as update, resolveAttentionSignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const resolveOrder = defineChange({
  name: 'resolveOrder',
  action: 'resolve',
  path: '/v1/orders/{id}/resolve',
  permission: 'orders:operate',
  summary: 'Settle what needs attention',
  description: '`retry`: the failed step is tried again now. `settled`: it was settled by hand; the note tells how.',
  body: resolveSchema,
  door: { update, signal },
  toRequest: (body, asked) => ({ ...asked, ...body }),
});
