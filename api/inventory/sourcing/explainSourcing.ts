import { z } from 'zod';
import { channelName, strategySchema } from '../../../domain/inventory/sourcing/schema';
import { planSourcing } from '../../../domain/inventory/sourcing/planSourcing';
import { withhold } from '../../../domain/inventory/withhold';
import { country, MAX_LINES, sku } from '../../../domain/orders/schema';
import { Refusal } from '../../../domain/failures';
import { findUnknown } from '../../../db/inventory/findUnknown';
import { readCartSourcing } from '../../../db/inventory/readSourcing';
import { defineRoute } from '../../route';
import { checkRules } from './checkRules';
import { explanationFields, presentExplanation } from './explanationSchema';

const questionSchema = z
  .strictObject({
    channel: channelName,
    destination: z.strictObject({
      country: country.meta({ example: 'DE' }),
      coordinates: z
        .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
        .optional()
        .meta({ description: 'Degrees, WGS 84. Without them no distance is known.' }),
    }),
    lines: z
      .array(z.strictObject({ sku, quantity: z.int().min(1).max(100_000) }))
      .min(1)
      .max(MAX_LINES),
    strategy: strategySchema.optional().meta({ description: 'One to try, in place of the channel’s active one.' }),
  })
  .meta({ id: 'SourcingQuestion' });

const lineUnits = z.object({
  line: z.int().meta({ description: 'Which of the lines, from 1 on.' }),
  sku: z.string(),
  units: z.int(),
});

export const explainSourcing = defineRoute({
  name: 'explainSourcing',
  method: 'post',
  path: '/v1/sourcing:explain',
  permission: 'stock:read',
  summary: 'Ask where an order would be served from, and why',
  description: 'Decides as for an order that came now. Nothing is reserved, and nothing is kept.',
  tags: ['Sourcing'],
  idempotency: 'none',
  body: questionSchema,
  responses: {
    200: {
      description: 'The plan, and how it came about.',
      body: z
        .object({
          fulfilments: z.array(z.object({ location: z.string(), lines: z.array(lineUnits) })),
          short: z.array(lineUnits).meta({ description: 'What can not be had under the strategy.' }),
          ...explanationFields,
        })
        .meta({ id: 'SourcingAnswer' }),
    },
  },
  handler: async ({ body: { channel, destination, lines, strategy } }, { deps: { database } }) => {
    if (strategy !== undefined) await checkRules(database, strategy.rules, '/strategy/rules');
    const unknown = await findUnknown(database, { skus: lines.map((line) => line.sku) });
    const errors = lines.flatMap((line, index) =>
      unknown.skus.has(line.sku) ? [{ pointer: `/lines/${index}/sku`, message: 'is not in the catalogue' }] : [],
    );
    if (errors[0] !== undefined)
      throw new Refusal('invalid_request', `${errors[0].pointer} ${errors[0].message}`, { errors });

    const coordinates = destination.coordinates ?? null;
    const record = await readCartSourcing(database, { channel, country: destination.country, coordinates, lines });
    const { candidates } = withhold(record.candidates, record.withheld);
    const { fulfilments, short, explanation } = planSourcing({
      demands: record.demands,
      candidates,
      destination: record.destination,
      channel,
      strategy: strategy ?? record.strategy,
    });
    const present = ({ lineId, units }: { lineId: string; units: number }) => {
      const line = Number(lineId);
      return { line, sku: lines[line - 1]?.sku ?? '', units };
    };
    const body = {
      fulfilments: fulfilments.map(({ location, lines: planned }) => ({ location, lines: planned.map(present) })),
      short: short.map(present),
      ...presentExplanation(explanation),
    };
    return { status: 200, body };
  },
});
