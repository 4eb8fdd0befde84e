import { z } from 'zod';

export const SERVICES = ['economy', 'standard', 'express'] as const;
export type Service = (typeof SERVICES)[number];

/** A parcel to this postal code is refused as undeliverable. */
export const UNDELIVERABLE_POSTAL_CODE = '00000';

const text = (max: number) => z.string().min(1).max(max);
const address = z.object({
  name: text(200),
  line1: text(200),
  line2: z.string().max(200).nullish(),
  city: text(200),
  postalCode: z.string().max(20),
  country: z.string().regex(/^[A-Z]{2}$/),
});
const parcel = z.object({
  items: z
    .array(z.object({ sku: text(200), quantity: z.int().positive() }))
    .min(1)
    .max(1000),
});

export const ratesBody = z.object({ from: address, to: address, parcel });
export const bookBody = z.object({
  orderId: text(200),
  shipmentId: text(200),
  service: text(100),
  from: address,
  to: address,
  parcel,
});
export const cancelBody = z.object({ orderId: text(200).optional() });

export type Address = z.infer<typeof address>;
export type RatesBody = z.infer<typeof ratesBody>;
export type BookBody = z.infer<typeof bookBody>;
