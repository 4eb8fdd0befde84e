import { z } from 'zod';
import { TRANSFER_STATUSES } from '../../../domain/inventory/transfers/receiveTransfer';
import type { TransferRecord } from '../../../db/inventory/transfers/transferRecord';
import { time } from '../../orders/orderSchema';

export const transferParams = z.object({ id: z.string().regex(/^trf_[0-9a-f]{32}$/) });

const unitsSchema = z
  .object({
    lot: z.string().nullable(),
    expiresOn: z.string().nullable(),
    shipped: z.int(),
    received: z.int(),
    short: z.int().meta({ description: 'What will not come any more, and was written off.' }),
  })
  .meta({ id: 'TransferUnits' });

export const transferSchema = z
  .object({
    id: z.string(),
    from: z.string(),
    to: z.string(),
    status: z.enum(TRANSFER_STATUSES),
    note: z.string().nullable(),
    shortReason: z.string().nullable(),
    lines: z.array(
      z.object({
        number: z.int(),
        sku: z.string(),
        lot: z.string().nullable(),
        quantity: z.int(),
        units: z.array(unitsSchema).meta({ description: 'By lot; empty before it is shipped.' }),
      }),
    ),
    createdBy: z.string(),
    createdAt: time,
    expectedAt: time.nullable(),
    shippedAt: time.nullable(),
    closedAt: time.nullable(),
  })
  .meta({ id: 'Transfer' });

export const presentTransfer = (transfer: TransferRecord): z.infer<typeof transferSchema> => ({
  ...transfer,
  createdAt: transfer.createdAt.toISOString(),
  expectedAt: transfer.expectedAt?.toISOString() ?? null,
  shippedAt: transfer.shippedAt?.toISOString() ?? null,
  closedAt: transfer.closedAt?.toISOString() ?? null,
});
