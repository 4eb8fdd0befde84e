import { z } from 'zod';
import { addressSchema, plainText } from '../../../domain/orders/schema';
import { LOCATION_KINDS, type LocationRecord } from '../../../db/inventory/locations/locationRecord';
import { time } from '../../orders/orderSchema';

const CHANNEL = /^[a-z0-9][a-z0-9-]{0,39}$/;
const CUT_OFF = /^([01]\d|2[0-3]):[0-5]\d$/;

const coordinatesSchema = z
  .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
  .meta({ id: 'Coordinates' });

/** What a location has besides its id; on a change each may be left out. */
export const locationFields = {
  name: plainText(200),
  address: addressSchema,
  kind: z.enum(LOCATION_KINDS),
  priority: z.int().min(0).max(1_000_000).meta({ description: 'Among equals the lowest number comes first.' }),
  coordinates: coordinatesSchema.nullable(),
  dailyCapacity: z.int().min(0).max(1_000_000).nullable().meta({ description: 'Parcels of a day; null: any number.' }),
  cutOff: z
    .string()
    .regex(CUT_OFF, { error: 'must be a time of day such as 14:30' })
    .nullable()
    .meta({ description: 'HH:MM in its time zone: what is ready later leaves on the next day.', example: '14:30' }),
  timeZone: plainText(60).meta({ description: 'Of the IANA time zone database.', example: 'Europe/Berlin' }),
  channels: z
    .array(z.string().regex(CHANNEL, { error: 'must be 1 to 40 small letters, digits or dashes' }))
    .min(1)
    .max(100)
    .nullable()
    .meta({ description: 'Which channels it serves; null: all.' }),
  active: z.boolean().meta({ description: 'false: no order is served from it.' }),
};

export const locationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(LOCATION_KINDS),
    priority: z.int(),
    address: z.object({
      name: z.string(),
      line1: z.string(),
      line2: z.string().optional(),
      city: z.string(),
      postalCode: z.string(),
      country: z.string(),
    }),
    coordinates: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
    dailyCapacity: z.int().nullable(),
    cutOff: z.string().nullable(),
    timeZone: z.string(),
    channels: z.array(z.string()).nullable(),
    active: z.boolean(),
    version: z.int(),
    updatedAt: time,
  })
  .meta({ id: 'Location' });

export const presentLocation = (location: LocationRecord): z.infer<typeof locationSchema> => ({
  ...location,
  updatedAt: location.updatedAt.toISOString(),
});
