import { z } from 'zod';
import { changeLocation as change } from '../../../db/inventory/locations/saveLocation';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute } from '../../route';
import { expectedVersion, locationParams } from '../fields';
import { locationFields, locationSchema, presentLocation } from './locationSchema';

const changeSchema = z
  .strictObject({ ...z.object(locationFields).partial().shape, expectedVersion })
  .meta({ id: 'ChangeLocation' });

export const changeLocation = defineRoute({
  name: 'changeLocation',
  method: 'post',
  path: '/v1/locations/{id}',
  permission: 'stock:write',
  summary: 'Change fields of a location',
  description: 'Those that are sent, and no other.',
  tags: ['Locations'],
  params: locationParams,
  body: changeSchema,
  responses: { 200: { description: 'The location after it.', body: locationSchema } },
  failures: ['precondition_failed'],
  handler: ({ params: { id }, body }, context) =>
    answerOnce(context, async (transaction) => ({
      status: 200,
      body: presentLocation(await change(transaction, id, body)),
    })),
});
