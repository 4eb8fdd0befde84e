import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import {
  cancelTransfer as cancel,
  receiveTransferUnits as receive,
  shipTransfer as ship,
} from '../../../db/inventory/transfers/moveTransfer';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { lotName, units } from '../fields';
import { presentTransfer, transferParams, transferSchema } from './transferSchema';

const responses = { 200: { description: 'The transfer after it.', body: transferSchema } };

export const shipTransfer = defineRoute({
  name: 'shipTransfer',
  method: 'post',
  path: '/v1/transfers/{id}/ship',
  permission: 'stock:write',
  summary: 'Ship a transfer',
  description: 'All its lines leave: onHand falls where it comes from, and incoming rises where it goes to.',
  tags: ['Stock'],
  params: transferParams,
  body: z.strictObject({}),
  responses,
  failures: ['illegal_transition', 'stock_conflict'],
  handler: ({ params: { id } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentTransfer(await ship(transaction, id, `key:${context.principal.name}`)),
    })),
});

const receiptSchema = z
  .strictObject({
    lines: z
      .array(
        z
          .strictObject({
            number: z.int().min(1).max(500),
            received: units,
            lot: lotName.optional().meta({ description: 'Required where several lots of the line are under way.' }),
          })
          .meta({ id: 'ReceivedLine' }),
      )
      .max(500)
      .meta({ description: 'What has come now, by the numbers of the transfer’s lines.' }),
    short: z.literal(true).optional().meta({ description: 'Nothing more will come: the rest is written off.' }),
    shortReason: plainText(200).optional().meta({ description: 'Why; required with `short`.' }),
  })
  .refine(({ short, shortReason }) => !short || shortReason !== undefined, {
    error: 'is required with `short`',
    path: ['shortReason'],
  })
  .refine(({ short, shortReason }) => short || shortReason === undefined, {
    error: 'goes with `short` alone',
    path: ['shortReason'],
  })
  .refine(({ short, lines }) => short || lines.some(({ received }) => received > 0), {
    error: 'must hold a unit that has come, unless it comes short',
    path: ['lines'],
  })
  .meta({ id: 'TransferReceipt' });

export const receiveTransfer = defineRoute({
  name: 'receiveTransfer',
  method: 'post',
  path: '/v1/transfers/{id}/receive',
  permission: 'stock:write',
  summary: 'Receive units of a transfer',
  description: 'What has not come stays under way, until a receipt says `short`.',
  tags: ['Stock'],
  params: transferParams,
  body: receiptSchema,
  responses,
  failures: ['illegal_transition', 'stock_conflict'],
  handler: ({ params: { id }, body: { lines, shortReason = null } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentTransfer(await receive(transaction, id, { lines, shortReason }, `key:${context.principal.name}`)),
    })),
});

export const cancelTransfer = defineRoute({
  name: 'cancelTransfer',
  method: 'post',
  path: '/v1/transfers/{id}/cancel',
  permission: 'stock:write',
  summary: 'Cancel a transfer that was not shipped',
  tags: ['Stock'],
  params: transferParams,
  body: z.strictObject({}),
  responses,
  failures: ['illegal_transition'],
  handler: ({ params: { id } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentTransfer(await cancel(transaction, id)),
    })),
});
