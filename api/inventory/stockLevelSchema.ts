import { z } from 'zod';

export const stockLevelSchema = z
  .object({
    sku: z.string(),
    location: z.string(),
    onHand: z.int(),
    reserved: z.int().meta({ description: 'Promised to orders and not yet dispatched.' }),
    available: z.int().meta({ description: 'onHand - reserved - safetyStock: what can still be promised.' }),
    safetyStock: z.int(),
    incoming: z.int(),
  })
  .meta({ id: 'StockLevel' });
