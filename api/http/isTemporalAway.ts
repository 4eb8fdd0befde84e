import { isGrpcServiceError } from '@temporalio/client';

// By number, since the package of gRPC is not a dependency of ours.
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

/** Temporal can't be reached, does not answer in time or takes no more: what was asked may have been done all the same. */
export function isTemporalAway(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause))
      return [CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE].includes(cause.code);
  }
  return false;
}
