import { z } from 'zod';

export const stockLevelSchema = z
  .object({
    sku: z.string(),
    location: z.string(),
    onHand: z.int().meta({ description: 'All units that are there, in whatever state.' }),
    reserved: z.int().meta({ description: 'Promised to orders and carts, and not yet dispatched.' }),
    picked: z.int().meta({ description: 'Part of reserved: off the shelf for parcels that have not left.' }),
    damaged: z.int().meta({ description: 'Part of onHand, and not for sale.' }),
    qualityHold: z.int().meta({ description: 'Part of onHand, and not for sale until somebody has looked at it.' }),
    safetyStock: z.int(),
    incoming: z.int().meta({ description: 'On its way here, from suppliers and other locations; no part of onHand.' }),
    available: z.int().meta({
      description: 'onHand - reserved - damaged - qualityHold - safetyStock: what can still be promised.',
    }),
  })
  .meta({ id: 'StockLevel' });
