import { z } from 'zod';
import { listExpiringLots } from '../../../db/inventory/reports/expiringLots';
import { decodeCursor } from '../../http/cursor';
import { makePage } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { reported, reportQuery, worth } from './defineLevelReport';

const expiringSchema = z
  .object({
    ...reported,
    lot: z.string(),
    expiresOn: z.string(),
    daysLeft: z.int().meta({ description: 'From today, in UTC; below 0 it has expired.' }),
    onHand: z.int(),
    damaged: z.int(),
    qualityHold: z.int(),
    expired: z.boolean().meta({ description: 'No stock any more: it has not the life left that the item asks for.' }),
    stillReserved: z.int().meta({
      description:
        'Of an expired lot, what could not be held back, since orders have so much reserved: find them other units.',
    }),
    ...worth,
  })
  .meta({ id: 'ExpiringLot' });

export const reportExpiringLots = defineRoute({
  name: 'reportExpiringLots',
  method: 'get',
  path: '/v1/reports/expiring',
  permission: 'reports:read',
  summary: 'Lots that expire soon, or have',
  description: 'In the order in which they have to leave: first expired, first out.',
  tags: ['Reports'],
  query: z.strictObject({ ...reportQuery, withinDays: z.coerce.number().int().min(0).max(3_650).default(30) }),
  responses: { 200: { description: 'One page of lots.', body: listOf(expiringSchema, 'ExpiringLotList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `expiring:${JSON.stringify(filter)}`;
    const shape = z.tuple([z.iso.date(), z.string(), z.string(), z.string()]);
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, shape);
    const after =
      place === undefined ? null : { expiresOn: place[0], sku: place[1], location: place[2], lot: place[3] };
    const rows = await listExpiringLots(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: ({ expiresOn, sku, location, lot }) => [expiresOn, sku, location, lot],
      present: (lot) => lot,
    });
    return { status: 200, body };
  },
});
