import { z } from 'zod';
import {
  cancelPurchaseOrder as cancel,
  closePurchaseOrder as close,
  placePurchaseOrder as place,
} from '../../../db/inventory/purchasing/changePurchaseOrder';
import { readPurchaseOrder } from '../../../db/inventory/purchasing/purchaseRecord';
import type { Transaction } from '../../../db/prepared';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { presentPurchase, purchaseParams, purchaseSchema } from './purchaseSchema';

interface ChangeSpec {
  name: string;
  action: 'order' | 'close' | 'cancel';
  summary: string;
  description: string;
  change: (transaction: Transaction, asked: { id: string; actor: string }) => Promise<void>;
}

const nothingMore = z.strictObject({}).meta({ id: 'PurchaseOrderChange' });

const definePurchaseChange = ({ name, action, summary, description, change }: ChangeSpec) =>
  defineRoute({
    ...{ name, summary, description },
    method: 'post',
    path: `/v1/purchase-orders/{id}/${action}`,
    permission: 'stock:write',
    tags: ['Purchasing'],
    params: purchaseParams,
    body: nothingMore,
    responses: { 200: { description: 'The purchase order after it.', body: purchaseSchema } },
    failures: ['illegal_transition', 'stock_conflict'],
    handler: ({ params: { id } }, context) =>
      answerOnce(context, async (transaction) => {
        await change(transaction, { id, actor: `key:${context.principal.name}` });
        return { status: 200, body: presentPurchase(await readPurchaseOrder(transaction, id)) };
      }),
  });

export const placePurchaseOrder = definePurchaseChange({
  name: 'placePurchaseOrder',
  action: 'order',
  summary: 'Order what a draft lists',
  description: 'From then on its units are on their way: `incoming` rises where they are delivered.',
  change: place,
});

export const closePurchaseOrder = definePurchaseChange({
  name: 'closePurchaseOrder',
  action: 'close',
  summary: 'Close a purchase order',
  description: 'What is still open never comes: `incoming` falls by it.',
  change: close,
});

export const cancelPurchaseOrder = definePurchaseChange({
  name: 'cancelPurchaseOrder',
  action: 'cancel',
  summary: 'Cancel a purchase order of which nothing has come',
  description: '`incoming` falls by all of it. One that has been received in part is closed instead.',
  change: cancel,
});
