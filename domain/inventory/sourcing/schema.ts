import { z } from 'zod';
import { country, plainText, sku } from '../../orders/schema';
import type { Criterion, SourcingRule, SourcingStrategy } from './strategy';

const MOST_RULES = 50;
const MOST_SHIPMENTS = 20;
const MOST_UNITS = 1_000_000_000;
/** Half the way around the earth. */
const MOST_KM = 20_100;

export const channelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, { error: 'must be 1 to 40 small letters, digits or dashes' });

const units = z.int().min(1).max(MOST_UNITS);
const km = z.number().min(1).max(MOST_KM);
const listed = <S extends z.ZodType>(item: S, most: number) =>
  z
    .array(item)
    .min(1)
    .max(most)
    .refine((list) => new Set(list).size === list.length, { error: 'must not name anything twice' });

const criterionSchema = z
  .discriminatedUnion('by', [
    z.strictObject({ by: z.literal('shipments') }).meta({ description: 'Fewest fulfilments.' }),
    z
      .strictObject({ by: z.literal('same_country') })
      .meta({ description: 'Locations in the country of the destination.' }),
    z.strictObject({ by: z.literal('distance'), bandKm: km.optional() }).meta({
      description: 'Great-circle distance, in bands of `bandKm` where that is given. What is not known comes last.',
    }),
    z.strictObject({ by: z.literal('priority') }).meta({ description: 'The location’s own priority, smaller first.' }),
    z.strictObject({ by: z.literal('stock_depth') }).meta({ description: 'Where most is left after it.' }),
    z
      .strictObject({ by: z.literal('capacity') })
      .meta({ description: 'Where most orders can still be taken today; no limit comes first.' }),
  ])
  .meta({ id: 'SourcingCriterion' }) satisfies z.ZodType<Criterion>;

const whenSchema = z
  .strictObject({
    countries: listed(country, 250).optional(),
    skus: listed(sku, 1_000).optional().meta({ description: 'At least one line is of these.' }),
    minUnits: units.optional(),
    maxUnits: units.optional(),
  })
  .refine(({ minUnits = 0, maxUnits = Infinity }) => minUnits <= maxUnits, {
    error: 'must not be less than `minUnits`',
    path: ['maxUnits'],
  });

const excludeSchema = z.strictObject({
  kinds: listed(z.enum(['warehouse', 'store', 'drop_ship', 'in_transit']), 4).optional(),
  locations: listed(plainText(64), 1_000).optional(),
  beyondKm: km.optional().meta({ description: 'Locations whose distance is not known are out, too.' }),
});

const ruleSchema = z
  .strictObject({
    name: plainText(100),
    when: whenSchema.optional().meta({ description: 'What the order has to be like; all that is given has to hold.' }),
    exclude: excludeSchema.optional(),
    shipComplete: z.enum(['order', 'line', 'none']).meta({
      description:
        '`order`: all of it from one location; `line`: each line from one location; `none`: lines may be split.',
    }),
    maxShipments: z.int().min(1).max(MOST_SHIPMENTS),
    criteria: z
      .array(criterionSchema)
      .min(1)
      .max(6)
      .refine((criteria) => new Set(criteria.map(({ by }) => by)).size === criteria.length, {
        error: 'must not hold a criterion twice',
      })
      .meta({ description: 'Compared in this order: the first on which two choices differ decides.' }),
  })
  .meta({ id: 'SourcingRule' }) satisfies z.ZodType<SourcingRule>;

export const rulesSchema = z
  .array(ruleSchema)
  .min(1)
  .max(MOST_RULES)
  .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, {
    error: 'must not hold two rules of one name',
  })
  .meta({
    description:
      'In order: the first rule that is for the order and serves all of it decides; if none does, the one that serves most of it.',
  });

export const strategySchema = z
  .strictObject({ rules: rulesSchema })
  .meta({ id: 'SourcingStrategy' }) satisfies z.ZodType<SourcingStrategy>;
