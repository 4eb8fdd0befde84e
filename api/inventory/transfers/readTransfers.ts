import { z } from 'zod';
import { Refusal } from '../../../domain/failures';
import { TRANSFER_STATUSES } from '../../../domain/inventory/transfers/receiveTransfer';
import { plainText } from '../../../domain/orders/schema';
import { listTransfers as readPage, readTransfer } from '../../../db/inventory/transfers/transferRecord';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { presentTransfer, transferParams, transferSchema } from './transferSchema';

export const getTransfer = defineRoute({
  name: 'getTransfer',
  method: 'get',
  path: '/v1/transfers/{id}',
  permission: 'stock:read',
  summary: 'Read a transfer',
  tags: ['Stock'],
  params: transferParams,
  responses: { 200: { description: 'The transfer.', body: transferSchema } },
  handler: async ({ params: { id } }, { deps }) => {
    const transfer = await readTransfer(deps.database, id);
    if (transfer === undefined) throw new Refusal('not_found', `there is no transfer ${id}`);
    return { status: 200, body: presentTransfer(transfer) };
  },
});

const text = plainText(64).optional();

export const listTransfers = defineRoute({
  name: 'listTransfers',
  method: 'get',
  path: '/v1/transfers',
  permission: 'stock:read',
  summary: 'List transfers, newest first',
  tags: ['Stock'],
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(TRANSFER_STATUSES).optional(),
    from: text,
    to: text,
    sku: text,
  }),
  responses: { 200: { description: 'One page of transfers.', body: listOf(transferSchema, 'TransferList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `transfers:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string()]));
    const rows = await readPage(deps.database, filter, { before: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, { list, placeOf: (transfer) => [transfer.id], present: presentTransfer });
    return { status: 200, body };
  },
});
