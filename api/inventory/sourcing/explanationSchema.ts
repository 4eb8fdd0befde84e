import { z } from 'zod';
import type { SourcingExplanation } from '../../../domain/inventory/sourcing/plan';

/** Why it was decided so. */
export const explanationFields = {
  rule: z.string().nullable().meta({ description: 'The rule that decided; null: none is for this order.' }),
  passedOver: z
    .array(z.object({ rule: z.string(), why: z.string() }))
    .meta({ description: 'Rules that were tried and did not decide.' }),
  locations: z.array(
    z.object({
      location: z.string(),
      eligible: z.boolean(),
      chosen: z.boolean(),
      why: z.string().meta({ description: 'Why it is out, or why another choice was better.' }),
      scores: z
        .record(z.string(), z.number().nullable())
        .meta({ description: 'By criterion; null: not known, or without a limit.' }),
      distanceKm: z.number().nullable(),
    }),
  ),
};

export const presentExplanation = ({ rule, passedOver, locations }: SourcingExplanation): SourcingExplanation => ({
  rule,
  passedOver,
  locations: locations.map(({ location, eligible, chosen, why, scores, distanceKm }) => ({
    ...{ location, eligible, chosen, why, scores, distanceKm },
  })),
});
