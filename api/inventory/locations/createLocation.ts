import { z } from 'zod';
import { createLocation as create } from '../../../db/inventory/locations/saveLocation';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { newLocationId } from '../fields';
import { locationFields, locationSchema, presentLocation } from './locationSchema';

const { name, address, ...others } = locationFields;
const newLocationSchema = z
  .strictObject({ id: newLocationId, name, address, ...z.object(others).partial().shape })
  .meta({ id: 'NewLocation' });

export const createLocation = defineRoute({
  name: 'createLocation',
  method: 'post',
  path: '/v1/locations',
  permission: 'stock:write',
  summary: 'Add a location',
  tags: ['Locations'],
  body: newLocationSchema,
  responses: {
    201: { description: 'The location.', body: locationSchema, headers: { Location: 'Where it is read.' } },
  },
  failures: ['already_exists'],
  handler: ({ body: { id, ...fields } }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 201,
      body: presentLocation(await create(transaction, id, fields)),
      headers: { Location: `/v1/locations/${id}` },
    })),
});
