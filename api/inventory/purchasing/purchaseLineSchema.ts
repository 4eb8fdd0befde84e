import { z } from 'zod';
import { MAX_AMOUNT } from '../../../domain/money';
import { MAX_LINES } from '../../../domain/orders/schema';
import { newSku, someUnits } from '../fields';

const TOO_MUCH = `must not come to more than ${MAX_AMOUNT} in all`;

const newLineSchema = z
  .strictObject({
    sku: newSku,
    quantity: someUnits,
    unitCost: z.int().min(0).max(MAX_AMOUNT).meta({ description: 'Minor units of the purchase order’s currency.' }),
    expectedAt: z.iso
      .datetime()
      .optional()
      .meta({ description: 'When it comes, in UTC. Without it: the item’s lead time from now.' }),
  })
  .meta({ id: 'NewPurchaseOrderLine' });

export const newPurchaseLines = z
  .array(newLineSchema)
  .min(1)
  .max(MAX_LINES)
  .refine((lines) => lines.reduce((sum, { quantity, unitCost }) => sum + quantity * unitCost, 0) <= MAX_AMOUNT, {
    error: TOO_MUCH,
  });
