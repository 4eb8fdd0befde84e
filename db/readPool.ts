import type { Database } from './connection';

/** What is going on in the pool of this process: no statement is sent. */
export function readPool(database: Database): { used: number; idle: number; waiting: number; max: number } {
  const { pool } = database.client as {
    pool: { numUsed(): number; numFree(): number; numPendingAcquires(): number; max: number };
  };
  return { used: pool.numUsed(), idle: pool.numFree(), waiting: pool.numPendingAcquires(), max: pool.max };
}
