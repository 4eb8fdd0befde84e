import { z } from 'zod';
import { MAX_LINES, plainText } from '../../../domain/orders/schema';
import { readPurchaseOrder } from '../../../db/inventory/purchasing/purchaseRecord';
import { receivePurchaseOrder as receive } from '../../../db/inventory/purchasing/receivePurchaseOrder';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { day, lotName, someUnits } from '../fields';
import { presentPurchase, purchaseParams, purchaseSchema } from './purchaseSchema';

const deliverySchema = z
  .strictObject({
    document: plainText(100).optional().meta({ description: 'The delivery note.' }),
    lines: z
      .array(
        z
          .strictObject({
            line: z.int().min(1).max(1_000_000),
            quantity: someUnits,
            lot: lotName.optional().meta({ description: 'Of an item that is tracked by lot: one entry for each lot.' }),
            expiresOn: day.optional(),
          })
          .refine(({ lot, expiresOn }) => expiresOn === undefined || lot !== undefined, {
            error: 'goes with a `lot`',
            path: ['expiresOn'],
          }),
      )
      .min(1)
      .max(MAX_LINES),
  })
  .meta({ id: 'PurchaseDelivery' });

export const receivePurchaseOrder = defineRoute({
  name: 'receivePurchaseOrder',
  method: 'post',
  path: '/v1/purchase-orders/{id}/receive',
  permission: 'stock:write',
  summary: 'Receive goods of a purchase order',
  description:
    'All of it or part; more than was ordered within `overReceiptPercent`. On hand rises and `incoming` falls, together. Send an Idempotency-Key: without it a repeat is another delivery.',
  tags: ['Purchasing'],
  params: purchaseParams,
  body: deliverySchema,
  responses: { 200: { description: 'The purchase order after it.', body: purchaseSchema } },
  failures: ['illegal_transition', 'stock_conflict'],
  handler: ({ params: { id }, body }, context) =>
    answerOnce(context, async (transaction) => {
      const { lines, document = null } = body;
      await receive(transaction, { id, lines, document, actor: `key:${context.principal.name}` });
      return { status: 200, body: presentPurchase(await readPurchaseOrder(transaction, id)) };
    }),
});
