import type { Database } from '../connection';

/** Has Postgres end all sessions of these applications, as an operator or a failover does. @returns how many. */
export async function endBackends(database: Database, applications: readonly string[]): Promise<number> {
  const { rows } = await database.raw<{ rows: { ended: boolean }[] }>(
    'SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE application_name = ANY(?)',
    [[...applications]],
  );
  return rows.filter(({ ended }) => ended).length;
}
