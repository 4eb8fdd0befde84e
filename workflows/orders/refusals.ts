import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { BadPayload } from '../../domain/orders/requests';

export const refused = (why: string): ApplicationFailure =>
  ApplicationFailure.create({ type: 'illegal_transition', message: why, nonRetryable: true });

/** The only kind of error that a handler may throw: any other would make the workflow task fail over and over. */
export function asRefusal(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) return error.cause;
  const message = error instanceof Error ? error.message : String(error);
  return ApplicationFailure.create({
    type: error instanceof BadPayload ? 'invalid_request' : 'internal',
    message,
    nonRetryable: true,
  });
}
