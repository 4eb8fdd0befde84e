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
    const unknown = { route: undefined, key: undefined, channel: undefined, problem: undefined };
    setRequestState(response, { requestId, log: log.child({ requestId }), ...unknown });
    metrics.requestsInFlight.inc();
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const ms = Math.round(seconds * 1000);
      const { route, key, problem, log: requestLog } = requestOf(response);
      const status = response.statusCode;
      const counted = { route: route ?? 'none' };
      metrics.requestsInFlight.dec();
      metrics.requestDuration.observe({ method, ...counted, status: `${Math.floor(status / 100)}xx` }, seconds);
      if (problem !== undefined) metrics.refusals.inc({ ...counted, code: problem });
      if (QUIET.has(path)) return;
      // No headers, no query and no body: they hold keys, email addresses and the like.
      const facts = { method, path, route, status, ms, key, ...(response.writableFinished ? {} : { cutOff: true }) };
      requestLog[status >= 500 ? 'warn' : 'info'](facts, 'answered');
    });
    next();
  };
}
