import { z } from 'zod';
import { FULFILMENT_STATUSES, ORDER_STATUSES, PAYMENT_STATUSES } from '../../domain/orders/status';
import { plainText } from '../../domain/orders/schema';
import { listOrders as readPage } from '../../db/orders/listOrders';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { defineRoute } from '../route';
import { channelSeenBy } from './channelSeenBy';
import { listOf, orderSchema } from './orderSchema';
import { presentOrder } from './presentOrder';

/** `a,b`: any of them. */
const anyOf = <T extends string>(values: readonly [T, ...T[]]) =>
  z
    .string()
    .regex(new RegExp(`^(${values.join('|')})(,(${values.join('|')}))*$`), {
      error: `must be one or more of ${values.join(', ')}`,
    })
    .transform((text) => text.split(',') as T[])
    .optional()
    .meta({
      param: { description: `One or more of: ${values.join(', ')}; separated by commas.`, example: values[0] },
    });

/** Postgres knows times that JavaScript does not, and the other way round: orders need neither. */
const timeOf = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be an ISO 8601 date, or a time with its offset',
  })
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 1970 && date.getUTCFullYear() < 10_000, { error: 'must be from 1970 on' })
  .optional();

const text = plainText(254).optional();

export const listOrders = defineRoute({
  name: 'listOrders',
  method: 'get',
  path: '/v1/orders',
  permission: 'orders:read',
  summary: 'List and search orders',
  description: 'A channel sees its own orders alone. Pages are stable while orders come in; there is no count.',
  tags: ['Orders'],
  query: z.strictObject({
    ...pageQuery,
    status: anyOf(ORDER_STATUSES),
    paymentStatus: anyOf(PAYMENT_STATUSES),
    fulfilmentStatus: anyOf(FULFILMENT_STATUSES),
    channel: text,
    customer: text.meta({ description: 'The customer’s email address, in any case.' }),
    sku: text,
    reference: text,
    createdFrom: timeOf.meta({ description: 'ISO 8601, from this time on; a date counts from midnight UTC.' }),
    createdTo: timeOf.meta({ description: 'ISO 8601, before this time; a date counts from midnight UTC.' }),
    q: text.meta({
      description: 'An order’s id, an email address, the beginning of a reference, or a tracking number.',
    }),
    sort: z
      .enum(['createdAt', '-createdAt'])
      .default('-createdAt')
      .meta({ description: '`-createdAt`: newest first.' }),
  }),
  responses: { 200: { description: 'One page of orders.', body: listOf(orderSchema, 'OrderList') } },
  handler: async ({ query }, { deps, principal }) => {
    const { limit, cursor, sort, ...filter } = query;
    const visibleTo = channelSeenBy(principal);
    const list = `orders:${JSON.stringify([sort, visibleTo, filter])}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const rows = await readPage(
      deps.database,
      { ...filter, visibleTo },
      {
        newestFirst: sort === '-createdAt',
        after: place === undefined ? null : { createdAtText: place[0], id: place[1] },
        limit: limit + 1,
      },
    );
    const page = makePage(rows, limit, {
      list,
      placeOf: (order) => [order.createdAtText, order.id],
      present: (order) => presentOrder(order, deps.config),
    });
    return { status: 200, body: page };
  },
});
