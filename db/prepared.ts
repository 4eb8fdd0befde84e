import { createHash } from 'node:crypto';
import type { Database } from './connection';

/** Values in the order of the `?` of a statement, or by the names of its `:name`. An object is sent as JSON. */
export type Bindings = readonly unknown[] | Readonly<Record<string, unknown>>;

/** A connection as the driver knows it. */
export interface Connection {
  query(statement: string | { name: string; text: string; values: unknown[] }): Promise<{ command: string }>;
}

/** An open transaction, see `inTransaction`. */
export class Transaction {
  readonly connection: Connection;
  constructor(connection: Connection) {
    this.connection = connection;
  }
}

/**
 * Runs a statement as a prepared one: each connection parses and plans it once. Planning is most of what our larger
 * statements cost Postgres, and knex, which is only asked for a connection here, most of what the others cost us; so
 * everything on an order's way goes through here. Two rules follow: the text must be a constant (values are bound, nothing is
 * pasted in), and columns are named, never `*`, so that a migration that adds one can't change what a statement prepared
 * before it returns.
 * @throws {TypeError} a value is missing.
 */
export async function prepared<T = unknown>(
  on: Database | Transaction,
  sql: string,
  bindings: Bindings = [],
): Promise<T> {
  const statement = bind(sql, bindings);
  if (on instanceof Transaction) return (await on.connection.query(statement)) as T;
  return withConnection(on, async (connection) => (await connection.query(statement)) as T);
}

/** A connection of the pool, for as long as the work takes. */
export async function withConnection<T>(
  { client }: Database,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const pool = client as { acquireConnection(): Promise<Connection>; releaseConnection(of: Connection): Promise<void> };
  const connection = await pool.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await pool.releaseConnection(connection);
  }
}

interface Compiled {
  name: string;
  /** With `$1`, `$2`, …, as the driver wants it. */
  text: string;
  /** Which value each of them is. */
  keys: (string | number)[];
}
const compiled = new Map<string, Compiled>();

function bind(sql: string, bindings: Bindings): { name: string; text: string; values: unknown[] } {
  let statement = compiled.get(sql);
  if (statement === undefined) compiled.set(sql, (statement = compile(sql, Array.isArray(bindings))));
  const given = bindings as Record<string | number, unknown>;
  const values = statement.keys.map((key) => {
    const value = given[key];
    if (value === undefined) throw new TypeError(`a statement lacks its value ${key}: ${sql}`);
    return value;
  });
  return { name: statement.name, text: statement.text, values };
}

/** `::type` is a cast, not a name. A name that comes again is sent again: Postgres finds out the type of each place by itself. */
function compile(sql: string, isPositional: boolean): Compiled {
  const keys: (string | number)[] = [];
  const text = isPositional
    ? sql.replaceAll('?', () => `$${keys.push(keys.length)}`)
    : sql.replace(/(?<![:\w]):([a-z]\w*)/gi, (_whole, name: string) => `$${keys.push(name)}`);
  return { name: `oms_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text, keys };
}
