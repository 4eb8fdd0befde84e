import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database, Transaction } from './connection';

const names = new Map<string, string>();

function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = `oms_${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`;
    names.set(sql, name);
  }
  return name;
}

/**
 * Runs a statement as a prepared one: each connection parses and plans it once. Planning is most of what our larger
 * statements cost Postgres, so everything on an order's way goes through here. Two rules follow: the text must be a constant
 * (values are bound, nothing is pasted in), and columns are named, never `*`, so that a migration that adds one can't change
 * what a statement prepared before it returns.
 */
export function prepared<T = unknown>(
  database: Database | Transaction,
  sql: string,
  bindings: Knex.RawBinding[] | Record<string, unknown> = [],
): Promise<T> {
  const statement = database.raw<T>(sql, bindings as Knex.ValueDict) as unknown as {
    options(options: object): Promise<T>;
  };
  return statement.options({ name: nameOf(sql) });
}
