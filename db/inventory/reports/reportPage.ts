/** What every report of levels may be narrowed to. */
export interface ReportFilter {
  sku?: string | undefined;
  location?: string | undefined;
  category?: string | undefined;
}

export interface ReportPage {
  after: { sku: string; location: string } | null;
  limit: number;
}

/** What a row of such a report is about. */
export interface ReportedLevel {
  sku: string;
  name: string;
  category: string | null;
  location: string;
}

export const LEVEL_REPORTED = 's.sku, i.name, i.category, s.location';

/** Over `stock_levels s JOIN items i`; the rows are ordered by SKU and location. */
export const ON_PAGE = `(:sku::text IS NULL OR s.sku = :sku) AND (:location::text IS NULL OR s.location = :location)
  AND (:category::text IS NULL OR i.category = :category)
  AND (:afterSku::text IS NULL OR (s.sku, s.location) > (:afterSku, :afterLocation))`;

export const pageValues = (filter: ReportFilter, page: ReportPage) => ({
  sku: filter.sku ?? null,
  location: filter.location ?? null,
  category: filter.category ?? null,
  afterSku: page.after?.sku ?? null,
  afterLocation: page.after?.location ?? null,
  limit: page.limit,
});

export const TODAY = `(now() AT TIME ZONE 'UTC')::date`;
