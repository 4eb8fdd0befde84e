import { z } from 'zod';
import { SHORTAGE_POLICIES } from '../../../domain/inventory/shortage';
import { plainText } from '../../../domain/orders/schema';
import { MAX_AMOUNT } from '../../../domain/money';
import { isCurrency } from '../../../domain/currencies';
import type { ItemFields, ItemRecord } from '../../../db/inventory/items/itemRecord';
import { time } from '../../orders/orderSchema';
import { moment, newSku } from '../fields';

const MOST_COMPONENTS = 50;

export const costSchema = z
  .strictObject({
    amount: z.int().min(0).max(MAX_AMOUNT),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'must be an ISO 4217 code such as EUR', abort: true })
      .refine(isCurrency, { error: 'must be an ISO 4217 code such as EUR' })
      .meta({ example: 'EUR' }),
  })
  .meta({ id: 'Cost', description: 'Integer minor units of the currency.' });

const componentSchema = z
  .strictObject({ sku: newSku, quantity: z.int().min(1).max(10_000) })
  .meta({ id: 'ItemComponent' });

/** What an item has besides its SKU; on a change each may be left out. */
export const itemFields = {
  name: plainText(200),
  category: plainText(100).nullable(),
  packSize: z.int().min(1).max(1_000_000).meta({ description: 'Units in which it is bought.' }),
  leadTimeDays: z.int().min(0).max(3_650).meta({ description: 'From a purchase order until it is here.' }),
  unitCost: costSchema.nullable(),
  tracking: z
    .enum(['none', 'lot'])
    .meta({ description: 'lot: each unit belongs to a lot. Changes only while it has no stock.' }),
  minimumLifeDays: z.int().min(0).max(36_500).meta({
    description: 'With lots: so many days before its last day a lot counts as expired, and is no stock any more.',
  }),
  shortage: z
    .enum(SHORTAGE_POLICIES)
    .nullable()
    .meta({ description: 'What becomes of orders that ask for more than there is; null: what the channel says.' }),
  availableFrom: moment.nullable().meta({ description: 'Until then orders are preorders.' }),
  components: z.array(componentSchema).max(MOST_COMPONENTS).meta({
    description: 'Makes it a kit, which lives from the stock of these. Orders keep those they were placed with.',
  }),
};

export const itemSchema = z
  .object({
    sku: z.string(),
    name: z.string(),
    category: z.string().nullable(),
    packSize: z.int(),
    leadTimeDays: z.int(),
    unitCost: z.object({ amount: z.int(), currency: z.string() }).nullable(),
    tracking: z.enum(['none', 'lot']),
    minimumLifeDays: z.int(),
    shortage: z.enum(SHORTAGE_POLICIES).nullable(),
    availableFrom: time.nullable(),
    components: z.array(z.object({ sku: z.string(), quantity: z.int() })),
    version: z.int(),
    updatedAt: time,
  })
  .meta({ id: 'Item' });

export const presentItem = (item: ItemRecord): z.infer<typeof itemSchema> => ({
  ...item,
  availableFrom: item.availableFrom?.toISOString() ?? null,
  updatedAt: item.updatedAt.toISOString(),
});

/** The fields that were sent, as they are kept. */
export function toItemFields<T extends { availableFrom?: string | null | undefined }>(
  given: T,
): Omit<T, 'availableFrom'> & Pick<Partial<ItemFields>, 'availableFrom'> {
  const { availableFrom, ...others } = given;
  if (availableFrom === undefined) return others;
  return { ...others, availableFrom: availableFrom === null ? null : new Date(availableFrom) };
}
