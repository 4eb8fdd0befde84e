import { z } from 'zod';
import { policySchema } from '../../../domain/inventory/replenishment/schema';
import { SUGGESTION_STATUSES, type Suggestion } from '../../../db/inventory/replenishment/suggestions';
import { time } from '../../orders/orderSchema';

export const suggestionParams = z.object({ id: z.string().regex(/^sug_[0-9a-f]{32}$/) });

const figure = z.number().nullable();

const explanationSchema = z
  .object({
    summary: z.string(),
    stock: z.object({
      onHand: z.int(),
      reserved: z.int(),
      damaged: z.int(),
      qualityHold: z.int(),
      incoming: z.int(),
      backorders: z.int(),
      position: z.int().meta({ description: 'onHand - reserved - damaged - qualityHold + incoming - backorders.' }),
      drafted: z.int().meta({ description: 'On drafts of purchase orders.' }),
      forecast: z.int().meta({ description: 'position + drafted: what the rule is held against.' }),
    }),
    rule: z.object({
      id: z.string(),
      policy: policySchema,
      multiple: z.int(),
      minimumOrder: z.int(),
      packSize: z.int(),
      leadTimeDays: z.int(),
      leadTimeSdDays: z.number(),
      serviceLevel: z.number(),
    }),
    demand: z.object({
      windowDays: z.int(),
      days: z.int().meta({ description: 'Of the window, those since the first movement.' }),
      units: z.int(),
      mean: z.number().meta({ description: 'A day; days without any count.' }),
      sd: z.number(),
    }),
    decision: z.object({
      reorderAt: z.number(),
      orderUpTo: figure,
      orderQuantity: figure,
      safetyStock: figure,
      fillRate: figure,
      maxUnits: z.number(),
      needed: z.number().meta({ description: 'Before minimum, multiple and packs.' }),
      quantity: z.int(),
    }),
  })
  .meta({ id: 'ReplenishmentExplanation' });

export const suggestionSchema = z
  .object({
    id: z.string(),
    runId: z.string(),
    sku: z.string(),
    location: z.string(),
    supplier: z.string().nullable(),
    quantity: z.int(),
    expectedAt: time.meta({ description: 'When it comes, ordered on the day of the run.' }),
    explanation: explanationSchema,
    status: z.enum(SUGGESTION_STATUSES),
    purchaseOrderId: z.string().nullable(),
    decidedBy: z.string().nullable(),
    note: z.string().nullable(),
    createdAt: time,
    decidedAt: time.nullable(),
  })
  .meta({ id: 'ReplenishmentSuggestion' });

export const presentSuggestion = (suggestion: Suggestion): z.output<typeof suggestionSchema> => ({
  ...suggestion,
  expectedAt: suggestion.expectedAt.toISOString(),
  createdAt: suggestion.createdAt.toISOString(),
  decidedAt: suggestion.decidedAt?.toISOString() ?? null,
});
