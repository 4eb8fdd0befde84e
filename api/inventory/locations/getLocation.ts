import { Refusal } from '../../../domain/failures';
import { readLocation } from '../../../db/inventory/locations/listLocations';
import { defineRoute } from '../../route';
import { locationParams } from '../fields';
import { locationSchema, presentLocation } from './locationSchema';

export const getLocation = defineRoute({
  name: 'getLocation',
  method: 'get',
  path: '/v1/locations/{id}',
  permission: 'stock:read',
  summary: 'Read a location',
  tags: ['Locations'],
  params: locationParams,
  responses: { 200: { description: 'The location.', body: locationSchema } },
  handler: async ({ params: { id } }, { deps }) => {
    const location = await readLocation(deps.database, id);
    if (location === undefined) throw new Refusal('not_found', `there is no location ${id}`);
    return { status: 200, body: presentLocation(location) };
  },
});
