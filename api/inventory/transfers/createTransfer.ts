import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import { createTransfer as create } from '../../../db/inventory/transfers/createTransfer';
import { newId } from '../../../runtime/newId';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { lotName, moment, someUnits } from '../fields';
import { presentTransfer, transferSchema } from './transferSchema';

const lineSchema = z
  .strictObject({
    sku: plainText(64),
    quantity: someUnits,
    lot: lotName.optional().meta({ description: 'Left out: the lots that expire first.' }),
  })
  .meta({ id: 'NewTransferLine' });

const newTransferSchema = z
  .strictObject({
    from: plainText(64),
    to: plainText(64),
    lines: z.array(lineSchema).min(1).max(500),
    note: plainText(500).optional(),
    expectedAt: moment
      .optional()
      .meta({ description: 'When it is to arrive: from then on its units can be promised.' }),
  })
  .refine(({ from, to }) => from !== to, { error: 'must be another location than `from`', path: ['to'] })
  .meta({ id: 'NewTransfer' });

export const createTransfer = defineRoute({
  name: 'createTransfer',
  method: 'post',
  path: '/v1/transfers',
  permission: 'stock:write',
  summary: 'Plan a transfer of stock between locations',
  description: 'A draft: nothing moves before it is shipped.',
  tags: ['Stock'],
  body: newTransferSchema,
  responses: {
    201: { description: 'The draft.', body: transferSchema, headers: { Location: 'Where it is read.' } },
  },
  handler: ({ body: { note = null, expectedAt = null, ...body } }, context) =>
    answerOnce(context, async (transaction) => {
      const id = newId('trf');
      const made = await create(transaction, { ...body, note, expectedAt, id, actor: `key:${context.principal.name}` });
      return { status: 201, body: presentTransfer(made), headers: { Location: `/v1/transfers/${id}` } };
    }),
});
