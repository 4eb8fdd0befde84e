import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { LOCATION_COLUMNS, type LocationRecord } from './locationRecord';

export interface LocationFilter {
  /** Some of its id or name. */
  q?: string | undefined;
  kind?: string | undefined;
  active?: boolean | undefined;
}

/** One page of locations by id. */
export async function listLocations(
  database: Database,
  filter: LocationFilter,
  page: { after: string | null; limit: number },
): Promise<LocationRecord[]> {
  const { rows } = await database.raw<{ rows: LocationRecord[] }>(
    `SELECT ${LOCATION_COLUMNS} FROM locations p
     WHERE (:q::text IS NULL OR position(lower(:q) IN lower(p.id || ' ' || p.name)) > 0)
       AND (:kind::text IS NULL OR p.kind = :kind) AND (:active::boolean IS NULL OR p.active = :active)
       AND (:after::text IS NULL OR p.id > :after)
     ORDER BY p.id LIMIT :limit`,
    { q: filter.q ?? null, kind: filter.kind ?? null, active: filter.active ?? null, ...page },
  );
  return rows;
}

/** @returns undefined when there is no such location. */
export async function readLocation(database: Database | Transaction, id: string): Promise<LocationRecord | undefined> {
  const { rows } = await prepared<{ rows: LocationRecord[] }>(
    database,
    `SELECT ${LOCATION_COLUMNS} FROM locations p WHERE p.id = ?`,
    [id],
  );
  return rows[0];
}
