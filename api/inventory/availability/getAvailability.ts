import { z } from 'zod';
import { channelName } from '../../../domain/inventory/sourcing/schema';
import { country, sku } from '../../../domain/orders/schema';
import { Refusal } from '../../../domain/failures';
import { readAvailability } from '../../../db/inventory/readAvailability';
import { time } from '../../orders/orderSchema';
import { defineRoute, type Principal } from '../../route';
import { day } from '../fields';

const availabilitySchema = z
  .object({
    sku: z.string(),
    channel: z.string(),
    country: z.string().nullable(),
    available: z.int().meta({ description: 'Units that an order could have now.' }),
    date: z.string().nullable(),
    availableAt: z.int().nullable().meta({ description: 'Units that could be promised for the end of `date`.' }),
    quantity: z.int(),
    promisedAt: time.nullable().meta({
      description:
        'By when `quantity` can be there and leave, the cut-offs of the locations heeded; null: nobody knows.',
    }),
    availableFrom: time.nullable().meta({ description: 'From when it is sold, where that is still to come.' }),
    from: z
      .array(z.object({ location: z.string(), units: z.int() }))
      .meta({ description: 'What each location could give by itself now, before the claims of orders that wait.' }),
  })
  .meta({ id: 'Availability' });

export const getAvailability = defineRoute({
  name: 'getAvailability',
  method: 'get',
  path: '/v1/availability',
  permission: 'availability:read',
  summary: 'How many of an item a channel can promise, and by when',
  description:
    'Of what is at the locations that may serve the channel, less safety stock and buffers, less what orders that wait have a claim ' +
    'to; with `date`, and what is expected by then. A kit counts as often as all its parts are at one location. A promise never ' +
    'takes what an earlier one counts on. Nothing is reserved.',
  tags: ['Stock'],
  query: z.strictObject({
    sku,
    channel: channelName
      .optional()
      .meta({ description: 'Without it, the channel of the key. A channel asks for itself alone.' }),
    country: country.optional().meta({ description: 'Where it is to go; without it, anywhere.' }),
    date: day.optional(),
    quantity: z.coerce.number().int().min(1).max(100_000).default(1),
  }),
  responses: { 200: { description: 'What can be promised.', body: availabilitySchema } },
  failures: ['not_found'],
  handler: async ({ query }, { deps, principal }) => {
    const question = { sku: query.sku, channel: channelOf(principal, query.channel), country: query.country ?? null };
    const { quantity, date = null } = query;
    const at = date === null ? null : new Date(`${date}T23:59:59.999Z`);
    const found = await readAvailability(deps.database, { ...question, quantity, at });
    if (found === undefined) throw new Refusal('not_found', `there is no item ${query.sku}`);
    const { promisedAt, availableFrom, ...units } = found;
    const body = {
      ...question,
      ...{ date, quantity },
      ...units,
      promisedAt: promisedAt?.toISOString() ?? null,
      availableFrom: availableFrom?.toISOString() ?? null,
    };
    return { status: 200, body };
  },
});

function channelOf({ role, channel }: Principal, asked: string | undefined): string {
  if (role === 'channel' && asked !== undefined && asked !== channel)
    throw new Refusal('forbidden', `this key may ask for the channel ${channel} alone`);
  return asked ?? channel;
}
