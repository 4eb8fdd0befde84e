import type { Database, Transaction } from '../../db/connection';

/** A moment at which an activity is about to wait for the database or for a provider. */
export interface PausePoint {
  /** 1, 2, 3 … in the order in which the activity comes to them. */
  number: number;
  /** What it is about to do: `begin`, `commit`, `query`, `gateway.void`, … */
  before: string;
}

/**
 * Stands between activities and what they wait for, and lets the caller act at each of these moments. Between two of them an
 * activity runs without a break, so whatever another process does at the same time falls into one of them.
 */
export function createPausePoints(arrive: (point: PausePoint) => Promise<void>) {
  let passed = 0;
  const pause = (before: string) => arrive({ number: (passed += 1), before });

  /** A query of knex runs when it is awaited, and may be given options before. */
  const wrapQuery = (query: object): object =>
    new Proxy(query, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        if (name !== 'then') return (...given: unknown[]) => wrapQuery(value.apply(target, given) as object);
        return (...given: [never, never]) =>
          pause('query')
            .then(() => target)
            .then(...given);
      },
    });

  const wrapQueries = <D extends Database | Transaction>(real: D, more: Partial<Record<string, unknown>> = {}): D =>
    new Proxy(real, {
      get(target, name) {
        if (typeof name === 'string' && name in more) return more[name];
        if (name !== 'raw') return Reflect.get(target, name) as unknown;
        return (sql: string, values: never) => wrapQuery(target.raw(sql, values));
      },
    });

  return {
    database: (real: Database): Database =>
      wrapQueries(real, {
        transaction: async (work: (transaction: Transaction) => Promise<unknown>) => {
          await pause('begin');
          return real.transaction(async (transaction) => {
            const result = await work(wrapQueries(transaction));
            await pause('commit');
            return result;
          });
        },
      }),

    provider: <P extends object>(name: string, real: P): P =>
      new Proxy(real, {
        get(target, method) {
          const value = Reflect.get(target, method) as unknown;
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            await pause(`${name}.${String(method)}`);
            return (value as (...given: unknown[]) => unknown).apply(target, given);
          };
        },
      }),
  };
}
