import type { Database } from '../../db/connection';

export interface Statement {
  sql: string;
  bindings: (string | number | null)[];
}
type Query = (this: unknown, statement: string | { text: string; values?: Statement['bindings'] }) => unknown;

/** What Postgres is asked over the connections of this database while the work runs, in transactions and outside. */
export async function statementsOf(database: Database, work: () => Promise<unknown>): Promise<Statement[]> {
  const asked: Statement[] = [];
  const pool = database.client as { acquireConnection: (this: unknown) => Promise<{ query: Query }> };
  const acquire = pool.acquireConnection;
  const watched = new Set<{ query?: Query }>();
  pool.acquireConnection = async function () {
    const connection = await acquire.call(this);
    if (watched.has(connection)) return connection;
    const { query } = connection;
    connection.query = function (statement, ...rest: []) {
      const { text, values = [] } = typeof statement === 'string' ? { text: statement } : statement;
      asked.push({ sql: text, bindings: values });
      return query.call(this, statement, ...rest);
    };
    watched.add(connection);
    return connection;
  };
  try {
    await work();
  } finally {
    pool.acquireConnection = acquire;
    // What hides the driver's own.
    for (const connection of watched) delete connection.query;
  }
  return asked;
}
