import { isNativeError } from 'node:util/types';
import { isDatabaseAway } from '../../db/connection';
import { FAILURES, Refusal, type FailureCode } from '../../domain/failures';
import { isTemporalAway } from './isTemporalAway';

/** What Express and body-parser throw carries the status that it stands for. */
interface HttpError extends Error {
  status: number;
  type?: string;
}

const BY_STATUS: Record<number, FailureCode> = { 413: 'too_large', 415: 'unsupported_media_type', 404: 'not_found' };
const DETAILS: Partial<Record<FailureCode, string>> = {
  malformed_request: 'the address or the body could not be read; send well-formed JSON in UTF-8',
  too_large: 'a body may have 1 MB at most, unpacked',
  unsupported_media_type: 'send the body as application/json in UTF-8, plain or compressed by gzip, deflate or br',
};

/** Any error as a refusal of the contract. What is not known here is a fault of ours: `internal`, without a word about it. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isHttpError(error)) {
    const code = BY_STATUS[error.status] ?? 'malformed_request';
    return new Refusal(code, DETAILS[code] ?? FAILURES[code].title);
  }
  if (isDatabaseAway(error)) return away('the database');
  if (isTemporalAway(error)) return away('Temporal');
  const state = sqlState(error);
  // A deadlock, or a change at the same moment: nothing was written, and a second attempt will do.
  if (state.startsWith('40')) return away('the database', 1);
  // A table or column that is not there: this build is newer than the schema. Nothing is wrong with the request.
  if (state === '42P01' || state === '42703') {
    return new Refusal(
      'dependency_unavailable',
      'the database lacks a migration of this build; run `npm run migrate`',
      {
        retryAfterSeconds: 5,
      },
    );
  }
  // A value that Postgres can't hold. The schemas should have refused it; that they did not is no reason for a 500.
  if (state.startsWith('22')) return new Refusal('invalid_request', 'a value of the request can not be stored');
  return new Refusal('internal', 'something went wrong here; tell us the requestId if it goes on');
}

const away = (what: string, retryAfterSeconds = 2): Refusal =>
  new Refusal('dependency_unavailable', `${what} can't be reached; nothing is lost, try again`, { retryAfterSeconds });

const isHttpError = (error: unknown): error is HttpError => {
  const status = isNativeError(error) ? (error as Partial<HttpError>).status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
};

function sqlState(error: unknown): string {
  const code = isNativeError(error) ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}
