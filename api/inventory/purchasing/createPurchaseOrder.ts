import { z } from 'zod';
import { currency, plainText } from '../../../domain/orders/schema';
import { createPurchaseOrder as create } from '../../../db/inventory/purchasing/createPurchaseOrder';
import { readPurchaseOrder } from '../../../db/inventory/purchasing/purchaseRecord';
import { newId } from '../../../runtime/newId';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { newLocationId } from '../fields';
import { newPurchaseLines } from './purchaseLineSchema';
import { presentPurchase, purchaseSchema } from './purchaseSchema';

const newPurchaseSchema = z
  .strictObject({
    supplier: plainText(100).meta({ description: 'Your name of it.', example: 'acme-textiles' }),
    location: newLocationId.meta({ description: 'Where it is delivered.' }),
    currency: currency.meta({ example: 'EUR' }),
    overReceiptPercent: z
      .int()
      .min(0)
      .max(100)
      .default(0)
      .meta({ description: 'How much more than was ordered of a line may be received.' }),
    lines: newPurchaseLines,
  })
  .meta({ id: 'NewPurchaseOrder' });

export const createPurchaseOrder = defineRoute({
  name: 'createPurchaseOrder',
  method: 'post',
  path: '/v1/purchase-orders',
  permission: 'stock:write',
  summary: 'Draft a purchase order',
  description: 'Nothing is on its way until it is ordered.',
  tags: ['Purchasing'],
  body: newPurchaseSchema,
  responses: { 201: { description: 'The draft.', body: purchaseSchema } },
  handler: ({ body }, context) =>
    answerOnce(context, async (transaction) => {
      const id = newId('po');
      await create(transaction, { ...body, id, actor: `key:${context.principal.name}` });
      return { status: 201, body: presentPurchase(await readPurchaseOrder(transaction, id)) };
    }),
});
