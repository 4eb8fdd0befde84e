import { releaseSchema } from '../../domain/orders/schema';
import { releaseOrder as update, releaseOrderSignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const releaseOrder = defineChange({
  name: 'releaseOrder',
  action: 'release',
  path: '/v1/orders/{id}/release',
  permission: 'orders:operate',
  summary: 'Release a hold',
  description: 'Without `holdId` the only open hold; with several open ones, which of them has to be named.',
  body: releaseSchema,
  door: { update, signal },
  toRequest: (body, asked) => ({ ...asked, holdId: body.holdId ?? null, note: body.note ?? null }),
});
