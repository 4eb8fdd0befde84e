import { z } from 'zod';
import { SHORTAGE_POLICIES } from '../../../domain/inventory/shortage';
import type { ChannelRuleRecord } from '../../../db/inventory/channelRules';
import { time } from '../../orders/orderSchema';

export const channelRuleSchema = z
  .object({
    channel: z.string(),
    sku: z.string().nullable().meta({ description: 'null: of all items.' }),
    bufferUnits: z.int().nullable(),
    bufferPercent: z.int().nullable(),
    shortage: z.enum(SHORTAGE_POLICIES).nullable(),
    lowUnits: z.int().nullable(),
    backUnits: z.int().nullable(),
    updatedBy: z.string(),
    updatedAt: time,
  })
  .meta({ id: 'ChannelStockRule' });

export const presentChannelRule = ({ updatedAt, ...rule }: ChannelRuleRecord): z.infer<typeof channelRuleSchema> => ({
  ...rule,
  updatedAt: updatedAt.toISOString(),
});
