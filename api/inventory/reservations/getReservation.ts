import { Refusal } from '../../../domain/failures';
import { readReservation, type ReservationRecord } from '../../../db/inventory/reservations';
import { channelSeenBy } from '../../orders/channelSeenBy';
import { defineRoute, type Context } from '../../route';
import { presentReservation, reservationParams, reservationSchema } from './reservationSchema';

export const getReservation = defineRoute({
  name: 'getReservation',
  method: 'get',
  path: '/v1/reservations/{id}',
  permission: 'stock:reserve',
  summary: 'Read a reservation',
  tags: ['Stock'],
  params: reservationParams,
  responses: { 200: { description: 'The reservation.', body: reservationSchema } },
  handler: async ({ params: { id } }, context) => ({
    status: 200,
    body: presentReservation(await findReservation(id, context)),
  }),
});

/** @throws {Refusal} not_found: also for another channel's. */
export async function findReservation(id: string, { deps, principal }: Context): Promise<ReservationRecord> {
  const record = await readReservation(deps.database, id, channelSeenBy(principal));
  if (record === undefined) throw new Refusal('not_found', `there is no reservation ${id}`);
  return record;
}
