import { z } from 'zod';
import { openUnits } from '../../../domain/inventory/purchasing/receipt';
import { purchaseActions, PURCHASE_ACTIONS, PURCHASE_STATUSES } from '../../../domain/inventory/purchasing/status';
import type { PurchaseRecord } from '../../../db/inventory/purchasing/purchaseRecord';
import { time } from '../../orders/orderSchema';

export const purchaseParams = z.object({
  id: z
    .string()
    .regex(/^po_[0-9a-f]{32}$/)
    .meta({ example: 'po_019f7a3c5b8e7c3d9a4e1f2b3c4d5e6f' }),
});

const lineSchema = z
  .object({
    line: z.int(),
    sku: z.string(),
    quantity: z.int(),
    received: z.int(),
    open: z.int().meta({ description: 'Still to come; 0 once the purchase order has ended.' }),
    unitCost: z.int().meta({ description: 'Minor units of `currency`.' }),
    expectedAt: time,
  })
  .meta({ id: 'PurchaseOrderLine' });

const receiptSchema = z
  .object({
    number: z.int(),
    line: z.int(),
    quantity: z.int(),
    lot: z.string().nullable(),
    expiresOn: z.string().nullable(),
    document: z.string().nullable().meta({ description: 'The delivery note.' }),
    receivedBy: z.string(),
    receivedAt: time,
  })
  .meta({ id: 'PurchaseReceipt' });

export const purchaseSchema = z
  .object({
    id: z.string(),
    supplier: z.string(),
    location: z.string(),
    currency: z.string(),
    status: z.enum(PURCHASE_STATUSES),
    overReceiptPercent: z.int(),
    total: z.int().meta({ description: 'What was ordered, at its cost, in minor units of `currency`.' }),
    lines: z.array(lineSchema),
    receipts: z.array(receiptSchema),
    allowedActions: z.array(z.enum(PURCHASE_ACTIONS)),
    createdBy: z.string(),
    createdAt: time,
    updatedAt: time,
    orderedAt: time.nullable(),
    endedAt: time.nullable().meta({ description: 'When it was closed or cancelled.' }),
  })
  .meta({ id: 'PurchaseOrder' });

const iso = (at: string | Date): string => new Date(at).toISOString();

export function presentPurchase(record: PurchaseRecord): z.output<typeof purchaseSchema> {
  const { lines, receipts, createdAt, updatedAt, orderedAt, endedAt, ...rest } = record;
  const isComing = orderedAt !== null && endedAt === null;
  return {
    ...rest,
    total: lines.reduce((sum, { quantity, unitCost }) => sum + quantity * unitCost, 0),
    lines: lines.map(({ receivable: _receivable, ...line }) => ({
      ...line,
      open: isComing ? openUnits(line) : 0,
      expectedAt: iso(line.expectedAt),
    })),
    receipts: receipts.map((receipt) => ({ ...receipt, receivedAt: iso(receipt.receivedAt) })),
    allowedActions: [...purchaseActions(record.status)],
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    orderedAt: orderedAt && iso(orderedAt),
    endedAt: endedAt && iso(endedAt),
  };
}
