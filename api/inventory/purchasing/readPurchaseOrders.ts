import { z } from 'zod';
import { PURCHASE_STATUSES } from '../../../domain/inventory/purchasing/status';
import { plainText } from '../../../domain/orders/schema';
import { listPurchaseOrders as readPage, readPurchaseOrder } from '../../../db/inventory/purchasing/purchaseRecord';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { presentPurchase, purchaseParams, purchaseSchema } from './purchaseSchema';

const text = plainText(100).optional();

export const listPurchaseOrders = defineRoute({
  name: 'listPurchaseOrders',
  method: 'get',
  path: '/v1/purchase-orders',
  permission: 'stock:read',
  summary: 'Purchase orders, newest first',
  tags: ['Purchasing'],
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(PURCHASE_STATUSES).optional(),
    supplier: text,
    location: text,
    sku: text,
  }),
  responses: {
    200: { description: 'One page of purchase orders.', body: listOf(purchaseSchema, 'PurchaseOrderList') },
  },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `purchases:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string()]));
    const rows = await readPage(deps.database, filter, { before: place?.[0] ?? null, limit: limit + 1 });
    return {
      status: 200,
      body: makePage(rows, limit, { list, placeOf: (order) => [order.id], present: presentPurchase }),
    };
  },
});

export const getPurchaseOrder = defineRoute({
  name: 'getPurchaseOrder',
  method: 'get',
  path: '/v1/purchase-orders/{id}',
  permission: 'stock:read',
  summary: 'One purchase order',
  description: 'With its lines, and what has been received for them.',
  tags: ['Purchasing'],
  params: purchaseParams,
  responses: { 200: { description: 'The purchase order.', body: purchaseSchema } },
  handler: async ({ params }, { deps }) => ({
    status: 200,
    body: presentPurchase(await readPurchaseOrder(deps.database, params.id)),
  }),
});
