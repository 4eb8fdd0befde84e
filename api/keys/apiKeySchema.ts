import { z } from 'zod';
import { ROLES } from '../../domain/auth';
import type { ApiKey } from '../../db/apiKeys';
import { time } from '../orders/orderSchema';

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    channel: z.string(),
    createdAt: time,
    revokedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const presentApiKey = (key: ApiKey): z.infer<typeof apiKeySchema> => ({
  ...key,
  createdAt: key.createdAt.toISOString(),
  revokedAt: key.revokedAt?.toISOString() ?? null,
});
