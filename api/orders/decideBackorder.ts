import { backorderSchema } from '../../domain/orders/schema';
import { decideBackorder as update, decideBackorderSignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const decideBackorder = defineChange({
  name: 'decideBackorder',
  action: 'decide_backorder',
  path: '/v1/orders/{id}/backorder',
  permission: 'orders:cancel',
  summary: 'Decide about missing units',
  description:
    '`wait`: nothing is shipped before all is there. `ship_available`: what is there is shipped now, the rest when it comes. ' +
    '`cancel_missing`: what is missing is called off, and not charged.',
  body: backorderSchema,
  door: { update, signal },
  toRequest: (body, asked) => ({ ...asked, ...body }),
});
