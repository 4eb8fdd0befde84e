import type { Database } from '../../db/connection';
import { overConnections, textOf } from '../support/overConnections';

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

  return {
    database: (real: Database): Database =>
      overConnections(real, async (statement, really) => {
        const text = textOf(statement);
        if (text === 'BEGIN' || text === 'COMMIT') await pause(text.toLowerCase());
        else if (text !== 'ROLLBACK') await pause('query');
        return really();
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
