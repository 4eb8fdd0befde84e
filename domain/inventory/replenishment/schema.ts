import { z } from 'zod';

const MOST_UNITS = 1_000_000_000;
const units = z.int().min(0).max(MOST_UNITS);
const days = z.number().min(0).max(1_000);
const cost = z.number().min(0.000_001).max(1_000_000_000_000);

const minMax = z
  .strictObject({
    type: z.literal('min_max'),
    min: units.meta({ description: 'At this position, or below it, …' }),
    max: units.meta({ description: '… as much is ordered as it takes to get here.' }),
  })
  .refine(({ min, max }) => max >= min, { error: 'must not be less than `min`', path: ['max'] })
  .meta({ id: 'MinMaxPolicy' });

const reorderPoint = z
  .strictObject({
    type: z.literal('reorder_point'),
    reorderPoint: units
      .optional()
      .meta({ description: 'Without it: demand over the lead time, and the safety stock.' }),
    orderQuantity: units.min(1).optional().meta({ description: 'Without it: the EOQ.' }),
    orderCost: cost.optional().meta({ description: 'Of one order, whatever its size; for the EOQ.' }),
    holdingCost: cost.optional().meta({ description: 'Of one unit for a year, in the money of `orderCost`.' }),
    shortageCost: cost.optional().meta({
      description: 'Of one unit that is missing: point and quantity are those that cost least then.',
    }),
    shortageCostPer: z
      .enum(['unit_year', 'unit'])
      .optional()
      .meta({ description: 'For each year that a unit is missing, or once for each unit. Without it: `unit_year`.' }),
  })
  .refine(
    ({ orderQuantity, orderCost, holdingCost }) =>
      orderQuantity !== undefined || (orderCost !== undefined && holdingCost !== undefined),
    {
      error: 'must come with the policy, or `orderCost` and `holdingCost` that it is computed from',
      path: ['orderQuantity'],
    },
  )
  .refine(
    ({ shortageCost, reorderPoint: point, orderQuantity }) =>
      shortageCost === undefined || (point === undefined && orderQuantity === undefined),
    { error: 'must come without `reorderPoint` and `orderQuantity`, which it decides', path: ['shortageCost'] },
  )
  .refine(({ shortageCost, shortageCostPer }) => shortageCostPer === undefined || shortageCost !== undefined, {
    error: 'says of what `shortageCost` is, and comes with it',
    path: ['shortageCostPer'],
  })
  .meta({ id: 'ReorderPointPolicy' });

const periodic = z
  .strictObject({
    type: z.literal('periodic'),
    reviewDays: z.int().min(1).max(366).meta({ description: 'Looked at every so many days.' }),
    orderUpTo: units
      .optional()
      .meta({ description: 'Without it: demand over lead time and review, and the safety stock for both.' }),
  })
  .meta({ id: 'PeriodicPolicy' });

const daysOfCover = z
  .strictObject({
    type: z.literal('days_of_cover'),
    minDays: days.meta({ description: 'When the position lasts no longer than this, …' }),
    maxDays: days.meta({ description: '… as much is ordered as lasts so long.' }),
  })
  .refine(({ minDays, maxDays }) => maxDays >= minDays, { error: 'must not be less than `minDays`', path: ['maxDays'] })
  .meta({ id: 'DaysOfCoverPolicy' });

/** When an item is ordered again, and how much of it. */
export const policySchema = z
  .discriminatedUnion('type', [minMax, reorderPoint, periodic, daysOfCover])
  .meta({ id: 'ReorderRulePolicy' });

export type ReorderRulePolicy = z.output<typeof policySchema>;
