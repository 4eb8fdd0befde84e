import { z } from 'zod';
import { plainText } from '../../domain/orders/schema';

export const MOST_UNITS = 1_000_000_000;

export const units = z.int().min(0).max(MOST_UNITS);
export const someUnits = z.int().min(1).max(MOST_UNITS);
/** Postgres knows no year 0, and nothing that is stocked expired before 1970. */
export const day = z.iso
  .date()
  .refine((value) => value >= '1970', { error: 'must be a day from 1970 on' })
  .meta({ example: '2027-01-31' });
/** A moment that a clock can show: an offset may look like one and be none. */
export const moment = z.iso.datetime({ offset: true }).refine((value) => new Date(value).getTime() >= 0, {
  error: 'must be a time from 1970 on',
});
export const lotName = plainText(64);

/** The same as of an order’s lines: what could not be ordered is no item. */
export const newSku = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'must be 1 to 64 letters, digits, dots, dashes or underscores',
});
export const newLocationId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: 'must be 1 to 40 small letters, digits or dashes',
});

/** In an address: what can’t be a name is not there. */
export const skuParams = z.object({
  sku: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .meta({ example: 'TSHIRT-BLK-M' }),
});
export const locationParams = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .meta({ example: 'berlin' }),
});

export const expectedVersion = z.int().min(1).optional().meta({
  description: 'The `version` that this change is meant for: 412 where it has changed since.',
});

/** In a query. */
export const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');
