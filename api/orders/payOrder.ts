import { createHash } from 'node:crypto';
import { paySchema } from '../../domain/orders/schema';
import { storeToken } from '../../db/payments/storeToken';
import { payOrder as update, payOrderSignal as signal } from '../../workflows/orders/messages';
import { defineChange } from './defineChange';

export const payOrder = defineChange({
  name: 'payOrder',
  action: 'pay',
  path: '/v1/orders/{id}/payments',
  permission: 'orders:pay',
  summary: 'Pay an order by another means',
  description: 'After a declined payment, within the time that `waitingFor.until` tells.',
  body: paySchema,
  door: { update, signal },
  toRequest: async ({ method, token }, asked, orderId, { database }) => {
    const tokenId = nameToken(orderId, asked.requestId);
    // The token stays here: only its name goes into the workflow's history.
    await storeToken(database, { tokenId, orderId, method, token });
    return { ...asked, tokenId };
  },
});

/** The same for each repeat of a request, so that it stores one token and pays once. */
const nameToken = (orderId: string, requestId: string): string =>
  `tok_${createHash('sha256').update(`${orderId}:${requestId}`).digest('hex').slice(0, 32)}`;
