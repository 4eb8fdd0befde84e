import type { ErrorRequestHandler } from 'express';
import { FAILURES } from '../../domain/failures';
import { makeProblem, PROBLEM_TYPE } from './problem';
import { requestOf } from './requestState';
import { sendText } from './sendText';
import { toRefusal } from './toRefusal';

/** The last handler: answers with a problem (RFC 9457), and logs what is a fault of ours. Never tells the caller an error's own text. */
export const handleErrors: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  const state = requestOf(response);
  const { requestId, log } = state;
  const refusal = toRefusal(error);
  state.problem = refusal.code;
  const { status } = FAILURES[refusal.code];
  if (refusal.code === 'internal') log.error({ err: error }, 'a request failed');
  else if (status >= 500) log.warn({ err: error }, 'a dependency is away');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (refusal.code === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
  if (refusal.retryAfterSeconds !== undefined) response.setHeader('Retry-After', refusal.retryAfterSeconds);
  const problem = makeProblem(refusal.code, { detail: refusal.message, errors: refusal.errors, requestId });
  response.status(status);
  sendText(response, PROBLEM_TYPE, JSON.stringify(problem));
  // What is left of a body that was refused is not waited for.
  if (!request.complete) request.resume();
};
