import type { Component } from '../../../domain/inventory/items/findKitFault';
import type { ShortagePolicy } from '../../../domain/inventory/shortage';

export interface ItemFields {
  name: string;
  category: string | null;
  /** Units in which it is bought. */
  packSize: number;
  leadTimeDays: number;
  unitCost: { amount: number; currency: string } | null;
  tracking: 'none' | 'lot';
  /** How many days before its last one a lot counts as expired. */
  minimumLifeDays: number;
  /** null: what the channel says. */
  shortage: ShortagePolicy | null;
  /** When it is sold from, where that is still to come. */
  availableFrom: Date | null;
  /** What one unit is made of; empty: it is no kit. */
  components: Component[];
}

export interface ItemRecord extends ItemFields {
  sku: string;
  version: number;
  updatedAt: Date;
}

/** Of a row `i` of items. */
export const ITEM_COLUMNS = `i.sku, i.name, i.category, i.pack_size AS "packSize", i.lead_time_days AS "leadTimeDays",
  CASE WHEN i.unit_cost IS NOT NULL THEN json_build_object('amount', i.unit_cost, 'currency', i.cost_currency) END AS "unitCost",
  i.tracking, i.minimum_life_days AS "minimumLifeDays", i.shortage, i.available_from AS "availableFrom", i.version, i.updated_at AS "updatedAt",
  coalesce((SELECT json_agg(json_build_object('sku', c.sku, 'quantity', c.quantity) ORDER BY c.sku)
    FROM item_components c WHERE c.kit = i.sku), '[]') AS components`;
