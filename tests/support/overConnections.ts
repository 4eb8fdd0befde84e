import type { Database } from '../../db/connection';
import type { Connection } from '../../db/prepared';

type Statement = Parameters<Connection['query']>[0];
interface Pool {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

/** The text of what is sent: `BEGIN`, `COMMIT`, `ROLLBACK`, or a statement. */
export const textOf = (statement: Statement): string => (typeof statement === 'string' ? statement : statement.text);

/** The same database, with the caller standing between its prepared statements and transactions and Postgres. */
export function overConnections(
  real: Database,
  send: (statement: Statement, really: () => ReturnType<Connection['query']>) => ReturnType<Connection['query']>,
): Database {
  const pool = real.client as Pool;
  const own = new WeakMap<Connection, Connection>();
  const client: Pool = {
    async acquireConnection() {
      const connection = await pool.acquireConnection();
      const query = (statement: Statement) => send(statement, () => connection.query(statement));
      const between = new Proxy(connection, {
        get: (target, name) => (name === 'query' ? query : (Reflect.get(target, name) as unknown)),
      });
      own.set(between, connection);
      return between;
    },
    releaseConnection: (connection) => pool.releaseConnection(own.get(connection) ?? connection),
  };
  return new Proxy(real, {
    get: (target, name) => (name === 'client' ? client : (Reflect.get(target, name) as unknown)),
  });
}
