import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { ApiMetrics } from '../metrics';
import { readRequestId } from './requestId';
import { requestOf, setRequestState } from './requestState';

/** Asked every few seconds by machines: a line for each would bury the others. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/** Gives each request its id and logger, and has one line logged and one duration measured when it has been answered. */
export function startRequest({ log, metrics }: { log: Logger; metrics: ApiMetrics }): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const requestId = readRequestId(request);
    const { method, path } = request;
    response.setHeader('x-request-id', requestId);
    setRequestState(response, { requestId, log: log.child({ requestId }), route: undefined, key: undefined });
    response.once('close', () => {
      const ms = Math.round(performance.now() - startedAt);
      const { route, key, log: requestLog } = requestOf(response);
      const status = response.statusCode;
      metrics.requestDuration.observe({ method, route: route ?? 'none', status }, ms / 1000);
      if (QUIET.has(path)) return;
      // No headers, no query and no body: they hold keys, email addresses and the like.
      const facts = { method, path, route, status, ms, key, ...(response.writableFinished ? {} : { cutOff: true }) };
      requestLog[status >= 500 ? 'warn' : 'info'](facts, 'answered');
    });
    next();
  };
}
