import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import { listLocations as readPage } from '../../../db/inventory/locations/listLocations';
import { LOCATION_KINDS } from '../../../db/inventory/locations/locationRecord';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute } from '../../route';
import { yesOrNo } from '../fields';
import { locationSchema, presentLocation } from './locationSchema';

export const listLocations = defineRoute({
  name: 'listLocations',
  method: 'get',
  path: '/v1/locations',
  permission: 'stock:read',
  summary: 'List locations',
  tags: ['Locations'],
  query: z.strictObject({
    ...pageQuery,
    q: plainText(100).optional().meta({ description: 'Some of the id or the name.' }),
    kind: z.enum(LOCATION_KINDS).optional(),
    active: yesOrNo.optional(),
  }),
  responses: { 200: { description: 'One page of locations by id.', body: listOf(locationSchema, 'LocationList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `locations:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string()]));
    const rows = await readPage(deps.database, filter, { after: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, { list, placeOf: (location) => [location.id], present: presentLocation });
    return { status: 200, body };
  },
});
