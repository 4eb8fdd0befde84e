import { z } from 'zod';
import { Refusal } from '../../../domain/failures';
import { releaseReservation as release } from '../../../db/inventory/reservations';
import { defineRoute } from '../../route';
import { findReservation } from './getReservation';
import { presentReservation, reservationParams, reservationSchema } from './reservationSchema';

export const releaseReservation = defineRoute({
  name: 'releaseReservation',
  method: 'post',
  path: '/v1/reservations/{id}/release',
  permission: 'stock:reserve',
  summary: 'Give the units back',
  description: 'A reservation that was released before is left as it is.',
  tags: ['Stock'],
  params: reservationParams,
  body: z.strictObject({}).meta({ id: 'ReleaseReservation' }),
  responses: { 200: { description: 'The reservation.', body: reservationSchema } },
  failures: ['illegal_transition'],
  handler: async ({ params: { id } }, context) => {
    await findReservation(id, context);
    await release(context.deps.database, id, `key:${context.principal.name}`);
    const record = await findReservation(id, context);
    if (record.state !== 'released')
      throw new Refusal('illegal_transition', `the reservation is ${record.state}; there is nothing to give back`);
    return { status: 200, body: presentReservation(record) };
  },
});
