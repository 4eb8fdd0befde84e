import { ApplicationFailure } from '@temporalio/common';
import { Refusal } from '../domain/failures';
import { ProviderRejected, ProviderUnavailable } from '../providers/failures';

/** What a failed activity says to Temporal: try again (and when), or never. The one place that decides it. */
function translate(error: unknown): unknown {
  if (error instanceof ProviderRejected) {
    return ApplicationFailure.create({
      type: 'provider_rejected',
      message: error.message,
      nonRetryable: true,
      details: [{ code: error.code }],
    });
  }
  if (error instanceof ProviderUnavailable) {
    return ApplicationFailure.create({
      type: 'provider_unavailable',
      message: error.message,
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    });
  }
  if (error instanceof Refusal)
    return ApplicationFailure.create({ type: error.code, message: error.message, nonRetryable: true });
  return error;
}

/** Wraps each activity so that its errors reach Temporal as failures of a known type. */
export function translateFailures<A extends Record<string, (input: never) => Promise<unknown>>>(activities: A): A {
  const wrapped = Object.entries(activities).map(([name, run]) => [
    name,
    async (input: never) => {
      try {
        return await run(input);
      } catch (error) {
        throw translate(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as A;
}
