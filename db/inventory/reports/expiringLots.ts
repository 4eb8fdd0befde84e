import type { Database } from '../../connection';
import { HAS_EXPIRED } from '../expiredLots';
import { TODAY, type ReportedLevel, type ReportFilter } from './reportPage';

export interface ExpiringLot extends ReportedLevel {
  lot: string;
  /** ISO date. */
  expiresOn: string;
  /** From today, in UTC; below 0 it has expired. */
  daysLeft: number;
  onHand: number;
  damaged: number;
  qualityHold: number;
  /** It is no stock any more, for the life that the item asks for. */
  expired: boolean;
  /** Of an expired lot, what is not held back, since orders and carts have so much reserved. */
  stillReserved: number;
  value: number | null;
  currency: string | null;
}

export interface ExpiringPlace {
  expiresOn: string;
  sku: string;
  location: string;
  lot: string;
}

/** Lots with units that expire within so many days, or count as expired: first those that expire first. */
export async function listExpiringLots(
  database: Database,
  filter: ReportFilter & { withinDays: number },
  page: { after: ExpiringPlace | null; limit: number },
): Promise<ExpiringLot[]> {
  const { rows } = await database.raw<{ rows: ExpiringLot[] }>(
    `SELECT l.sku, i.name, i.category, l.location, l.lot, l.expires_on::text AS "expiresOn", l.expires_on - ${TODAY} AS "daysLeft",
       l.on_hand AS "onHand", l.damaged, l.quality_hold AS "qualityHold",
       ${HAS_EXPIRED} AS expired,
       CASE WHEN ${HAS_EXPIRED} THEN l.on_hand - l.damaged - l.quality_hold ELSE 0 END AS "stillReserved",
       (l.on_hand::numeric * i.unit_cost)::float8 AS value,
       i.cost_currency AS currency
     FROM stock_lots l JOIN items i ON i.sku = l.sku
     WHERE l.on_hand > 0 AND (l.expires_on <= ${TODAY} + :withinDays::int OR ${HAS_EXPIRED})
       AND (:sku::text IS NULL OR l.sku = :sku) AND (:location::text IS NULL OR l.location = :location)
       AND (:category::text IS NULL OR i.category = :category)
       AND (:afterDay::date IS NULL OR (l.expires_on, l.sku, l.location, l.lot) > (:afterDay::date, :afterSku, :afterLocation, :afterLot))
     ORDER BY l.expires_on, l.sku, l.location, l.lot LIMIT :limit`,
    {
      sku: filter.sku ?? null,
      location: filter.location ?? null,
      category: filter.category ?? null,
      withinDays: filter.withinDays,
      afterDay: page.after?.expiresOn ?? null,
      afterSku: page.after?.sku ?? null,
      afterLocation: page.after?.location ?? null,
      afterLot: page.after?.lot ?? null,
      limit: page.limit,
    },
  );
  return rows;
}
