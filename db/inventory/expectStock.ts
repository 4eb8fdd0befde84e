import { prepared, type Transaction } from '../prepared';

export interface ExpectedStock {
  /** The purchase order or transfer that brings it. */
  document: string;
  /** Which of its lines; 1 where there is none. */
  line?: number;
  sku: string;
  location: string;
  /** Still to come, not what is added to it: 0 removes the row. */
  units: number;
  /** ISO time, UTC. */
  expectedAt: string;
}

/**
 * Notes what is still to come by lines of documents, each once, and when. The level's `incoming` is the sum of these rows, and not
 * changed here: the same transaction does that through `moveStock`, first, which also makes the level where it is new.
 */
export async function expectStock(transaction: Transaction, ...expected: ExpectedStock[]): Promise<void> {
  const rows = expected.map(({ document, line = 1, sku, location, units, expectedAt }) => ({
    ...{ document, line, sku, location, units, expected_at: expectedAt },
  }));
  await prepared(
    transaction,
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset(:rows::jsonb) AS g(document text, line int, sku text, location text, units bigint, expected_at timestamptz)
     ), gone AS (
       DELETE FROM expected_stock e USING given g
       WHERE g.units = 0 AND e.document = g.document AND e.line = g.line AND e.sku = g.sku AND e.location = g.location
     )
     INSERT INTO expected_stock (document, line, sku, location, units, expected_at)
     SELECT document, line, sku, location, units, expected_at FROM given WHERE units <> 0
     ON CONFLICT (document, line, sku, location) DO UPDATE SET units = excluded.units, expected_at = excluded.expected_at`,
    { rows: JSON.stringify(rows) },
  );
}
