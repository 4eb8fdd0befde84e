import { z } from 'zod';
import type { ReservationRecord } from '../../../db/inventory/reservations';

export const reservationSchema = z
  .object({
    id: z.string(),
    channel: z.string(),
    owner: z.string().meta({ description: 'The channel’s own name of the cart.' }),
    state: z
      .enum(['active', 'ordered', 'released', 'expired'])
      .meta({ description: '`ordered`: an order has taken its units over.' }),
    lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
    expiresAt: z.iso.datetime(),
    orderId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Reservation' });

/** As in the contract of the field's largest: up to a month. */
export const minutes = z.int().min(1).max(44_640);

export const reservationParams = z.object({ id: z.string().regex(/^rsv_[0-9a-f]{32}$/) });

export const presentReservation = (record: ReservationRecord): z.output<typeof reservationSchema> => ({
  ...record,
  expiresAt: record.expiresAt.toISOString(),
  createdAt: record.createdAt.toISOString(),
  endedAt: record.endedAt?.toISOString() ?? null,
});
