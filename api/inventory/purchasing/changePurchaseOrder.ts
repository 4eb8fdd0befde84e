import { z } from 'zod';
import { MAX_LINES } from '../../../domain/orders/schema';
import {
  cancelPurchaseOrder as cancel,
  closePurchaseOrder as close,
  placePurchaseOrder as place,
} from '../../../db/inventory/purchasing/changePurchaseOrder';
import { replacePurchaseLines } from '../../../db/inventory/purchasing/createPurchaseOrder';
import { readPurchaseOrder } from '../../../db/inventory/purchasing/purchaseRecord';
import { reschedulePurchaseOrder as reschedule } from '../../../db/inventory/purchasing/reschedulePurchaseOrder';
import type { Transaction } from '../../../db/prepared';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { newPurchaseLines } from './purchaseLineSchema';
import { presentPurchase, purchaseParams, purchaseSchema } from './purchaseSchema';

interface ChangeSpec<B extends z.ZodObject> {
  name: string;
  /** The end of its path. */
  verb: 'lines' | 'order' | 'reschedule' | 'close' | 'cancel';
  summary: string;
  description: string;
  body: B;
  change: (transaction: Transaction, asked: { id: string; actor: string } & z.output<B>) => Promise<void>;
}

const definePurchaseChange = <B extends z.ZodObject>({
  name,
  verb,
  summary,
  description,
  body,
  change,
}: ChangeSpec<B>) =>
  defineRoute({
    ...{ name, summary, description, body },
    method: 'post',
    path: `/v1/purchase-orders/{id}/${verb}`,
    permission: 'stock:write',
    tags: ['Purchasing'],
    params: purchaseParams,
    responses: { 200: { description: 'The purchase order after it.', body: purchaseSchema } },
    failures: ['illegal_transition', 'stock_conflict'],
    handler: ({ params: { id }, body: given }, context) =>
      answerOnce(context, async (transaction) => {
        await change(transaction, { ...(given as z.output<B>), id, actor: `key:${context.principal.name}` });
        return { status: 200, body: presentPurchase(await readPurchaseOrder(transaction, id)) };
      }),
  });

const nothingMore = z.strictObject({}).meta({ id: 'PurchaseOrderChange' });

export const changePurchaseLines = definePurchaseChange({
  name: 'changePurchaseOrderLines',
  verb: 'lines',
  summary: 'Put other lines in the place of all those of a draft',
  description: 'Lines are numbered anew, from 1.',
  body: z.strictObject({ lines: newPurchaseLines }).meta({ id: 'PurchaseOrderLines' }),
  change: replacePurchaseLines,
});

export const placePurchaseOrder = definePurchaseChange({
  name: 'placePurchaseOrder',
  verb: 'order',
  summary: 'Order what a draft lists',
  description: 'From then on its units are on their way: `incoming` rises where they are delivered.',
  body: nothingMore,
  change: place,
});

export const reschedulePurchaseOrder = definePurchaseChange({
  name: 'reschedulePurchaseOrder',
  verb: 'reschedule',
  summary: 'Say when lines come instead',
  description: 'What customers who wait for them were promised may move.',
  body: z
    .strictObject({
      lines: z
        .array(z.strictObject({ line: z.int().min(1).max(1_000_000), expectedAt: z.iso.datetime() }))
        .min(1)
        .max(MAX_LINES),
    })
    .meta({ id: 'PurchaseOrderDates' }),
  change: reschedule,
});

export const closePurchaseOrder = definePurchaseChange({
  name: 'closePurchaseOrder',
  verb: 'close',
  summary: 'Close a purchase order',
  description: 'What is still open never comes: `incoming` falls by it.',
  body: nothingMore,
  change: close,
});

export const cancelPurchaseOrder = definePurchaseChange({
  name: 'cancelPurchaseOrder',
  verb: 'cancel',
  summary: 'Cancel a purchase order of which nothing has come',
  description: '`incoming` falls by all of it. One that has been received in part is closed instead.',
  body: nothingMore,
  change: cancel,
});
