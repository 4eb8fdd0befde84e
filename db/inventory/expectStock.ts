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
 * Notes what is still to come by a line of a document, and when. The level's `incoming` is the sum of these rows, and not
 * changed here: the same transaction does that through `moveStock`, first, which also makes the level where it is new.
 */
export async function expectStock(transaction: Transaction, expected: ExpectedStock): Promise<void> {
  const { document, line = 1, sku, location, units, expectedAt } = expected;
  if (units === 0) {
    await prepared(
      transaction,
      'DELETE FROM expected_stock WHERE document = ? AND line = ? AND sku = ? AND location = ?',
      [document, line, sku, location],
    );
    return;
  }
  await prepared(
    transaction,
    `INSERT INTO expected_stock (document, line, sku, location, units, expected_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (document, line, sku, location) DO UPDATE SET units = excluded.units, expected_at = excluded.expected_at`,
    [document, line, sku, location, units, expectedAt],
  );
}
