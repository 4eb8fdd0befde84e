import type { Database } from '../connection';

/** Orders with an id beyond `after`, up to and including `upTo`. */
export interface OrderRange {
  after: string;
  upTo: string;
}

const PAGE = 5_000;

/**
 * Asks the same of all orders, a page of ids at a time, so that no statement runs for long and none holds a snapshot while the
 * others do. Orders that are placed meanwhile may or may not be among them.
 * @returns how many orders there were, and all rows that were found.
 */
export async function overOrders<Row>(
  database: Database,
  look: (range: OrderRange) => Promise<Row[]>,
  pageSize = PAGE,
): Promise<{ checked: number; found: Row[] }> {
  const found: Row[] = [];
  let checked = 0;
  for (let after = ''; ;) {
    const { rows } = await database.raw<{ rows: [{ upTo: string | null; size: number }] }>(
      `SELECT max(id) AS "upTo", count(*)::int AS size
       FROM (SELECT id FROM orders WHERE id > :after ORDER BY id LIMIT :pageSize) page`,
      { after, pageSize },
    );
    const { upTo, size } = rows[0];
    if (upTo === null) return { checked, found };
    // Not spread into push(): a page may have more rows than a call may have arguments.
    for (const row of await look({ after, upTo })) found.push(row);
    checked += size;
    after = upTo;
  }
}
