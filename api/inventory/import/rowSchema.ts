import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import { day, lotName, MOST_UNITS, units } from '../fields';

/** One row of a file, empty fields left out. */
export const rowSchema = z
  .strictObject({
    sku: plainText(64),
    location: plainText(64),
    onHand: units.optional(),
    delta: z.int().min(-MOST_UNITS).max(MOST_UNITS).optional(),
    expected: units.optional(),
    lot: lotName.optional(),
    expiresOn: day.optional(),
    reason: plainText(200),
  })
  .refine(({ onHand, delta }) => (onHand === undefined) !== (delta === undefined), {
    error: 'must come without `delta`, or `delta` without it: exactly one of them',
    path: ['onHand'],
  })
  .refine(({ lot, expiresOn }) => expiresOn === undefined || lot !== undefined, {
    error: 'goes with a `lot`',
    path: ['expiresOn'],
  });

export type StockRow = z.infer<typeof rowSchema>;
