import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './connection';
import { Transaction, withConnection, type Connection } from './prepared';

const ROLLBACK_LIMIT_MS = 5_000;

/**
 * Does the work in a transaction, which is committed when that has ended well and rolled back when it throws. Within a
 * transaction it is a part of that. Whatever the work catches of a failed statement, the transaction is lost by then.
 * @throws what the work throws, and when the commit did not come about or its outcome is not known.
 */
export async function inTransaction<T>(
  on: Database | Transaction,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  if (on instanceof Transaction) return work(on);
  return withConnection(on, async (connection) => {
    try {
      await connection.query('BEGIN');
      const result = await work(new Transaction(connection));
      const { command } = await connection.query('COMMIT');
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back, since a statement in it had failed');
      return result;
    } catch (error) {
      await rollBack(connection);
      throw error;
    }
  });
}

/** A connection that can't even do that is none to go on with: knex' pool drops what is marked like this. */
async function rollBack(connection: Connection & { __knex__disposed?: unknown }): Promise<void> {
  const late = new AbortController();
  const tooLate = sleep(ROLLBACK_LIMIT_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error('no answer to a ROLLBACK');
  });
  try {
    await Promise.race([connection.query('ROLLBACK'), tooLate]);
  } catch (error) {
    connection.__knex__disposed = error;
  } finally {
    late.abort();
    tooLate.catch(() => undefined);
  }
}
