import pg from 'pg';
import { testServers } from './testServers';

/** The run's Postgres with another database: same role, same password. */
export function postgresUrl(database: string): string {
  const url = new URL(testServers().postgresUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement as the role that owns all databases, outside of any transaction. */
export async function runAsOwner(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServers().postgresUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
