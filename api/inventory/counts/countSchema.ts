import { z } from 'zod';
import { COUNT_STATUSES } from '../../../domain/inventory/counts/judgeVariance';
import type { CountLine, CountRecord } from '../../../db/inventory/counts/countRecord';
import { time } from '../../orders/orderSchema';

export const countParams = z.object({ id: z.string().regex(/^cnt_[0-9a-f]{32}$/) });

export const countSchema = z
  .object({
    id: z.string(),
    location: z.string(),
    status: z.enum(COUNT_STATUSES),
    skus: z.array(z.string()).nullable().meta({ description: 'null: all items that have, or had, stock there.' }),
    toleranceUnits: z.int(),
    toleranceValue: z.object({ amount: z.int(), currency: z.string() }).nullable(),
    note: z.string().nullable(),
    lines: z.int().meta({ description: 'How many there are to count.' }),
    counted: z.int().meta({ description: 'How many of them were counted.' }),
    createdBy: z.string(),
    createdAt: time,
    submittedBy: z.string().nullable(),
    submittedAt: time.nullable(),
    beyondTolerance: z.string().nullable().meta({ description: 'Why somebody else has to approve it.' }),
    decidedBy: z.string().nullable(),
    decidedAt: time.nullable(),
    decisionNote: z.string().nullable(),
  })
  .meta({ id: 'StockCount' });

export function presentCount({ tolerance, ...count }: CountRecord): z.infer<typeof countSchema> {
  return {
    ...count,
    toleranceUnits: tolerance.units,
    toleranceValue: tolerance.value,
    createdAt: count.createdAt.toISOString(),
    submittedAt: count.submittedAt?.toISOString() ?? null,
    decidedAt: count.decidedAt?.toISOString() ?? null,
  };
}

export const countLineSchema = z
  .object({
    sku: z.string(),
    lot: z.string().nullable(),
    expiresOn: z.string().nullable(),
    counted: z.int().nullable(),
    onHand: z.int().nullable().meta({ description: 'What the records had at the moment it was counted.' }),
    countedBy: z.string().nullable(),
    countedAt: time.nullable(),
  })
  .meta({ id: 'StockCountLine' });

export const presentCountLine = (line: CountLine): z.infer<typeof countLineSchema> => ({
  ...line,
  countedAt: line.countedAt?.toISOString() ?? null,
});
