import type { Response } from 'express';
import type { Logger } from 'pino';

/** What is known of a request from its first moment on. */
export interface RequestState {
  requestId: string;
  log: Logger;
  /** The path of its route, as a template: set once the route is found. */
  route: string | undefined;
  /** The name of its API key: set once it is known. */
  key: string | undefined;
  /** The channel of its API key: set once it is known. */
  channel: string | undefined;
  /** The code of the problem that it was answered with. */
  problem: string | undefined;
}

const states = new WeakMap<object, RequestState>();

export const setRequestState = (response: Response, state: RequestState): void => void states.set(response, state);

/** @throws when the response did not go through `startRequest`. */
export function requestOf(response: Response): RequestState {
  const state = states.get(response);
  if (state === undefined) throw new Error('this request was never started');
  return state;
}
