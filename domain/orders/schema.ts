import countries from 'i18n-iso-countries';
import { z } from 'zod';
import { isCurrency } from '../currencies';
import { MAX_AMOUNT } from '../money';
import { HOLD_TYPE_NAMES } from './holds';
import { LEAST_PRIORITY, MOST_PRIORITY, MOST_PRIORITY_OF_A_CHANNEL } from './priority';
import { BACKORDER_CHOICES } from './requests';

/** No NUL and no lone surrogate: neither can be stored in Postgres. No other control characters but line breaks and tabs. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** The same for the OpenAPI document: some visible character, and none of those. */
const VISIBLE = '^\\s*[^\\s\\u0000-\\u001f\\u007f]';
const TEXT = `${VISIBLE}[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$`;
const LINE = `${VISIBLE}[^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*$`;

export const plainText = (max: number) =>
  z
    .string()
    .max(max)
    .trim()
    .min(1)
    .refine((value) => !CONTROL.test(value) && value.isWellFormed(), {
      error: 'must not hold control characters or broken Unicode',
    })
    .meta({ pattern: TEXT });

const oneLine = (max: number) =>
  plainText(max)
    .refine((value) => !/[\r\n]/.test(value), { error: 'must be a single line' })
    .meta({ pattern: LINE });

const amount = z.int().min(0).max(MAX_AMOUNT);

export const MAX_LINES = 500;

const NO_COUNTRY = 'must be an ISO 3166-1 country code of two capital letters';
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, { error: NO_COUNTRY, abort: true })
  .refine((code) => Object.hasOwn(countries.getAlpha2Codes(), code), { error: NO_COUNTRY });

const NO_CURRENCY = 'must be an ISO 4217 code such as EUR';
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: NO_CURRENCY, abort: true })
  .refine(isCurrency, { error: NO_CURRENCY });

export const addressSchema = z
  .strictObject({
    name: oneLine(200),
    line1: oneLine(200),
    line2: oneLine(200).optional(),
    city: oneLine(200),
    postalCode: oneLine(20),
    country: country.meta({ example: 'DE' }),
  })
  .meta({ id: 'Address' });

const customerSchema = z
  .strictObject({
    email: z.email().max(254),
    name: oneLine(200),
    phone: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, { error: 'must be in international form, such as +4930123456' })
      .optional(),
  })
  .meta({ id: 'Customer' });

export const sku = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'must be 1 to 64 letters, digits, dots, dashes or underscores',
});

const lineSchema = z
  .strictObject({
    sku,
    quantity: z.int().min(1).max(100_000),
    unitPrice: amount.meta({ description: 'Integer minor units of the order’s currency, tax included.' }),
  })
  .meta({ id: 'PlaceOrderLine' });

/** A token of the payment provider; whatever looks like a card number is refused before it is stored or logged. */
const token = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{2,199}$/, { error: 'must be a token of the payment provider, never a card number' });

const metadata = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
    z
      .string()
      .max(500)
      .refine((value) => !CONTROL.test(value) && value.isWellFormed())
      .meta({ pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$' }),
  )
  .refine((entries) => Object.keys(entries).length <= 50, { error: 'takes 50 entries at most' });

const priority = z.int().min(LEAST_PRIORITY).max(MOST_PRIORITY);

export const placeOrderSchema = z
  .strictObject({
    reference: oneLine(100).meta({
      description: 'The channel’s own order number, unique in its channel.',
      example: 'WEB-1001',
    }),
    currency: currency.meta({ example: 'EUR' }),
    customer: customerSchema,
    shippingAddress: addressSchema,
    lines: z.array(lineSchema).min(1).max(MAX_LINES),
    shipping: z.strictObject({ method: z.enum(['standard', 'express']), price: amount }),
    payment: z.strictObject({ method: z.enum(['card']), token }),
    reservationId: z
      .string()
      .regex(/^rsv_[0-9a-f]{32}$/, { error: 'must be the id of a reservation' })
      .optional()
      .meta({ description: 'A reservation of this channel: what it holds is allocated to the order.' }),
    priority: priority.optional().meta({
      description:
        'Of orders that wait for an item the higher one is served first. Without it: 0. ' +
        `More than ${MOST_PRIORITY_OF_A_CHANNEL} takes a key of the role ops or admin.`,
    }),
    metadata: metadata.optional(),
  })
  .refine((order) => order.lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0) <= MAX_AMOUNT, {
    error: `the sum of the lines must not exceed ${MAX_AMOUNT} minor units`,
    path: ['lines'],
  })
  .meta({ id: 'PlaceOrder' });

export type PlaceOrder = z.infer<typeof placeOrderSchema>;
export type Address = z.infer<typeof addressSchema>;

export const cancelSchema = z
  .strictObject({ reason: plainText(200), note: plainText(500).optional() })
  .meta({ id: 'CancelOrder' });
export const holdSchema = z
  .strictObject({ type: z.enum(HOLD_TYPE_NAMES).default('operator'), reason: plainText(200) })
  .meta({ id: 'HoldOrder' });
export const releaseSchema = z
  .strictObject({
    holdId: z
      .string()
      .regex(/^hld_[0-9a-f]{32}_\d+$/)
      .optional(),
    note: plainText(500).optional(),
  })
  .meta({ id: 'ReleaseOrder' });
export const paySchema = z.strictObject({ method: z.enum(['card']).default('card'), token }).meta({ id: 'PayOrder' });
export const prioritySchema = z.strictObject({ priority }).meta({ id: 'SetPriority' });
export const backorderSchema = z.strictObject({ choice: z.enum(BACKORDER_CHOICES) }).meta({ id: 'DecideBackorder' });
export const resolveSchema = z
  .strictObject({ resolution: z.enum(['retry', 'settled']), note: plainText(500) })
  .meta({ id: 'ResolveAttention' });
