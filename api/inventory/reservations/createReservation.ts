import { z } from 'zod';
import { MAX_LINES, plainText, sku } from '../../../domain/orders/schema';
import { createReservation as reserve } from '../../../db/inventory/reservations';
import { untilRaceWon } from '../../../db/inventory/stockRace';
import { newId } from '../../../runtime/newId';
import { answerOnce } from '../../http/answerOnce';
import { defineRoute, type Answer } from '../../route';
import { startExpiry } from './startExpiry';
import { minutes, presentReservation, reservationSchema } from './reservationSchema';

const newReservationSchema = z
  .strictObject({
    owner: plainText(100).meta({ description: 'The channel’s own name of the cart; one active reservation each.' }),
    lines: z
      .array(z.strictObject({ sku, quantity: z.int().min(1).max(100_000) }))
      .min(1)
      .max(MAX_LINES),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional()
      .meta({ description: 'Where it would go, if known.' }),
    minutes: minutes.default(15),
  })
  .meta({ id: 'NewReservation' });

export const createReservation = defineRoute({
  name: 'createReservation',
  method: 'post',
  path: '/v1/reservations',
  permission: 'stock:reserve',
  summary: 'Keep units for a cart for a while',
  description:
    'All of the lines or none. When the time is over the units can be sold again; an order that names the reservation takes them over.',
  tags: ['Stock'],
  body: newReservationSchema,
  responses: { 201: { description: 'The reservation.', body: reservationSchema } },
  failures: ['stock_conflict', 'already_exists'],
  handler: async ({ body: { country = null, ...wanted } }, context): Promise<Answer> => {
    const { channel, name } = context.principal;
    const input = { ...wanted, country, channel, actor: `key:${name}`, id: newId('rsv') };
    const answer = await untilRaceWon(() =>
      answerOnce(context, async (transaction) => ({
        status: 201,
        body: presentReservation(await reserve(transaction, input)),
      })),
    );
    await startExpiry(input.id, wanted.minutes, context);
    return answer;
  },
});
