import type { Database } from '../connection';

/** Those of the orders that are open and don't need attention yet, the oldest first. */
export async function findUntroubled(database: Database, orderIds: readonly string[]): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    'SELECT id FROM orders WHERE id = ANY(?) AND closed_at IS NULL AND attention IS NULL ORDER BY id',
    [[...orderIds]],
  );
  return rows.map((row) => row.id);
}
