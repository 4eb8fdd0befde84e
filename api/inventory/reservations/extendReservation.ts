import { z } from 'zod';
import { Refusal } from '../../../domain/failures';
import { extendReservation as extend } from '../../../db/inventory/reservations';
import { defineRoute } from '../../route';
import { findReservation } from './getReservation';
import { minutes, presentReservation, reservationParams, reservationSchema } from './reservationSchema';

export const extendReservation = defineRoute({
  name: 'extendReservation',
  method: 'post',
  path: '/v1/reservations/{id}/extend',
  permission: 'stock:reserve',
  summary: 'Keep the units for longer',
  description: 'For so many minutes from now on, such as when the payment starts. Never shortens what is left.',
  tags: ['Stock'],
  params: reservationParams,
  body: z.strictObject({ minutes }).meta({ id: 'ExtendReservation' }),
  responses: { 200: { description: 'The reservation.', body: reservationSchema } },
  failures: ['illegal_transition'],
  handler: async ({ params: { id }, body }, context) => {
    const record = await findReservation(id, context);
    const extended = await extend(context.deps.database, id, body.minutes);
    if (extended === undefined)
      throw new Refusal('illegal_transition', `the reservation is ${record.state}; make a new one`);
    return { status: 200, body: presentReservation(extended) };
  },
});
