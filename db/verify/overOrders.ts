import type { Database } from '../connection';

/** Orders with an id beyond `after`, up to and including `upTo`. */
export interface OrderRange {
  after: string;
  upTo: string;
  /** How many there were. */
  size: number;
}

const PAGE = 5_000;

/**
 * All orders, a page of ids at a time, so that no statement runs for long and none holds a snapshot while the others do. Orders
 * that are placed meanwhile may or may not be among them.
 */
export async function* orderRanges(database: Database): AsyncGenerator<OrderRange> {
  for (let after = ''; ;) {
    const { rows } = await database.raw<{ rows: [{ upTo: string | null; size: number }] }>(
      `SELECT max(id) AS "upTo", count(*)::int AS size
       FROM (SELECT id FROM orders WHERE id > :after ORDER BY id LIMIT :limit) page`,
      { after, limit: PAGE },
    );
    const { upTo, size } = rows[0];
    if (upTo === null) return;
    yield { after, upTo, size };
    after = upTo;
  }
}

/** Asks the same of all orders. @returns how many orders there were, and all rows that were found. */
export async function overOrders<Row>(
  database: Database,
  look: (range: OrderRange) => Promise<Row[]>,
): Promise<{ checked: number; found: Row[] }> {
  const found: Row[] = [];
  let checked = 0;
  for await (const range of orderRanges(database)) {
    // Not spread into push(): a page may have more rows than a call may have arguments.
    for (const row of await look(range)) found.push(row);
    checked += range.size;
  }
  return { checked, found };
}
