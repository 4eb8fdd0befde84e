import knex, { type Knex } from 'knex';
import type { Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { types } from 'pg';

export type Database = Knex;

const INT8 = 20;
/** So much longer than a statement may take Postgres is allowed to say nothing about it; then its connection is dead. */
const SILENCE_MS = 5_000;

/** A connection of the driver, as far as it takes to find out that nobody is at its other end. */
interface Wire {
  on(event: 'error', listener: () => void): void;
  /** False while an answer is waited for. */
  readyForQuery: boolean;
  connection: { stream: Socket };
}

/**
 * One pool a process. Postgres' bigint comes as a number: every amount is checked to be below 2^53 when it is taken in.
 * Statements and idle transactions are cut off, so that a fault of ours can never hold a lock for long
 * (`patient` lifts that, for migrations). `readOnly`: Postgres itself refuses whatever would write, and a statement may take
 * two minutes.
 */
export function connectDatabase(options: {
  url: string;
  poolSize?: number;
  name?: string;
  patient?: boolean;
  readOnly?: boolean;
}): Database {
  const statementMs = options.patient ? 0 : options.readOnly ? 120_000 : 15_000;
  const connection = {
    connectionString: options.url,
    application_name: options.name ?? 'oms',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementMs,
    ...(options.readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
    lock_timeout: options.patient ? 0 : 8_000,
    idle_in_transaction_session_timeout: options.patient ? 0 : 20_000,
    types: { getTypeParser: parserFor },
  };
  return knex({
    client: 'pg',
    connection,
    acquireConnectionTimeout: 8_000,
    log: SILENT,
    pool: {
      min: 0,
      max: options.poolSize ?? 10,
      // A connection that Postgres ends while idle reports it here; without a listener that would end the process.
      afterCreate: (connection: Wire, done: (error: Error | null) => void) => {
        connection.on('error', () => undefined);
        if (statementMs > 0) breakSilence(connection, statementMs + SILENCE_MS);
        done(null);
      },
    },
  });
}

/**
 * A statement that was sent into nowhere (a firewall forgot the connection, a host lost its power) would wait for its answer
 * for a quarter of an hour or for ever, and keep its place in the pool.
 */
function breakSilence(wire: Wire, afterMs: number): void {
  const { stream } = wire.connection;
  stream.setTimeout(afterMs, () => {
    if (!wire.readyForQuery)
      stream.destroy(Object.assign(new Error(`Postgres was silent for ${afterMs} ms`), { code: 'ETIMEDOUT' }));
  });
}

/** Left to itself knex prints what goes wrong with a connection, and not as JSON; whoever asked gets the error anyway. */
const ignore = () => undefined;
const SILENT = { debug: ignore, warn: ignore, error: ignore, deprecate: ignore };

const parserFor = (oid: number, format?: string): unknown =>
  oid === INT8 ? Number : types.getTypeParser(oid, format as 'text');

/** Postgres can't be reached, is shutting down, or lets nobody in: the caller may try again later. */
export function isDatabaseAway(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = (error as { code?: string }).code ?? '';
  return (
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ECONNABORTED',
      '57P01',
      '57P02',
      '57P03',
      '53300',
      '53100',
      '08006',
      '08001',
      '08003',
      '25006',
      '57014',
      '55P03',
      '25P03',
      // The database is not there, or not for us: an operator has to see to it, and nothing is wrong with the request.
      '3D000',
      '28000',
      '28P01',
    ].includes(code) ||
    error.name === 'KnexTimeoutError' ||
    /Connection terminated|timeout expired|Connection ended|Unable to acquire|server closed the connection|not currently accepting connections|Client has encountered a connection error/i.test(
      error.message,
    )
  );
}

/** The name of the constraint that refused a write, or undefined when the error is something else. */
export function brokenConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  return code?.startsWith('23') ? constraint : undefined;
}
