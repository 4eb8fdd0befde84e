import { z } from 'zod';
import { policySchema } from '../../../domain/inventory/replenishment/schema';
import { MAX_AMOUNT } from '../../../domain/money';
import { currency, plainText } from '../../../domain/orders/schema';
import type { ReorderRule } from '../../../db/inventory/replenishment/rules';
import { time } from '../../orders/orderSchema';
import { newLocationId, newSku, units } from '../fields';

export const ruleParams = z.object({ id: z.string().regex(/^rul_[0-9a-f]{32}$/) });

export const newRuleSchema = z
  .strictObject({
    sku: newSku,
    location: newLocationId,
    policy: policySchema,
    multiple: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .meta({ description: 'Orders are rounded up to a multiple of it.' }),
    minimumOrder: units.default(0).meta({ description: 'The least that the supplier takes an order for.' }),
    leadTimeDays: z.int().min(0).max(1_000).optional().meta({ description: 'Without it: the item’s.' }),
    leadTimeSdDays: z
      .number()
      .min(0)
      .max(1_000)
      .default(0)
      .meta({ description: 'The standard deviation of the lead time.' }),
    serviceLevel: z
      .number()
      .min(0.5)
      .max(0.9999)
      .default(0.95)
      .meta({ description: 'The share of cycles without a shortage that a computed safety stock is for.' }),
    supplier: plainText(100).optional(),
    unitCost: z
      .int()
      .min(0)
      .max(MAX_AMOUNT)
      .optional()
      .meta({ description: 'Minor units of `currency`. Without it: the item’s.' }),
    currency: currency.optional(),
  })
  .refine(({ unitCost, currency: given }) => (unitCost === undefined) === (given === undefined), {
    error: 'comes with `unitCost`, or not at all',
    path: ['currency'],
  })
  .meta({ id: 'NewReorderRule' });

export const ruleSchema = z
  .object({
    id: z.string(),
    sku: z.string(),
    location: z.string(),
    policy: policySchema,
    multiple: z.int(),
    minimumOrder: z.int(),
    leadTimeDays: z.int().nullable(),
    leadTimeSdDays: z.number(),
    serviceLevel: z.number(),
    supplier: z.string().nullable(),
    unitCost: z.int().nullable(),
    currency: z.string().nullable(),
    maxUnits: z
      .int()
      .nullable()
      .meta({ description: 'The most that is meant to be there and on its way. null until a run has computed it.' }),
    reviewedOn: z.string().nullable(),
    snoozedUntil: z.string().nullable().meta({ description: 'It suggests nothing before that day.' }),
    updatedBy: z.string(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'ReorderRule' });

export const presentRule = (rule: ReorderRule): z.output<typeof ruleSchema> => ({
  ...rule,
  createdAt: rule.createdAt.toISOString(),
  updatedAt: rule.updatedAt.toISOString(),
});
