import type { Database } from '../connection';

export interface StockLot {
  sku: string;
  location: string;
  lot: string;
  /** ISO date; null: it does not expire. */
  expiresOn: string | null;
  receivedAt: Date;
  onHand: number;
  /** Off the shelf for parcels that have not left. */
  picked: number;
  damaged: number;
  qualityHold: number;
}

export interface LotFilter {
  sku?: string | undefined;
  location?: string | undefined;
  /** ISO date: lots that expire earlier. */
  expiringBefore?: string | undefined;
}

/** A place in the list; `expiry` is `infinity` for what does not expire. */
export interface LotPlace {
  expiry: string;
  sku: string;
  location: string;
  lot: string;
}

/** One page of lots that have units, those first that expire first. */
export async function listLots(
  database: Database,
  filter: LotFilter,
  page: { after: LotPlace | null; limit: number },
): Promise<StockLot[]> {
  const { rows } = await database.raw<{ rows: StockLot[] }>(
    `SELECT sku, location, lot, expires_on::text AS "expiresOn", received_at AS "receivedAt", on_hand AS "onHand", picked, damaged,
       quality_hold AS "qualityHold"
     FROM stock_lots
     WHERE on_hand > 0 AND (:sku::text IS NULL OR sku = :sku) AND (:location::text IS NULL OR location = :location)
       AND (:expiringBefore::date IS NULL OR expires_on < :expiringBefore)
       AND (:expiry::date IS NULL OR (coalesce(expires_on, 'infinity'), sku, location, lot) > (:expiry::date, :afterSku, :afterLocation, :afterLot))
     ORDER BY coalesce(expires_on, 'infinity'), sku, location, lot LIMIT :limit`,
    {
      sku: filter.sku ?? null,
      location: filter.location ?? null,
      expiringBefore: filter.expiringBefore ?? null,
      expiry: page.after?.expiry ?? null,
      afterSku: page.after?.sku ?? null,
      afterLocation: page.after?.location ?? null,
      afterLot: page.after?.lot ?? null,
      limit: page.limit,
    },
  );
  return rows;
}
