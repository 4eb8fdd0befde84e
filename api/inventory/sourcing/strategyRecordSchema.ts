import { z } from 'zod';
import { strategySchema } from '../../../domain/inventory/sourcing/schema';
import type { StrategyRecord } from '../../../db/inventory/strategies';
import { time } from '../../orders/orderSchema';

export const strategyRecordSchema = z
  .object({
    channel: z.string(),
    version: z.int().meta({ description: 'From 1 on. A version is never changed; a change is a new one.' }),
    rules: strategySchema.shape.rules,
    comment: z.string().nullable(),
    active: z.boolean().meta({ description: 'Whether it decides for the channel now.' }),
    createdBy: z.string(),
    createdAt: time,
  })
  .meta({ id: 'SourcingStrategyVersion' });

export const presentStrategy = ({
  strategy,
  createdAt,
  ...record
}: StrategyRecord): z.infer<typeof strategyRecordSchema> => ({
  ...record,
  rules: strategy.rules,
  createdAt: createdAt.toISOString(),
});
