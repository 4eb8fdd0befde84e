import type { Application, RequestHandler } from 'express';
import { Refusal } from '../domain/failures';
import type { ApiParts } from './deps';
import { allowTemporalUi } from './http/allowTemporalUi';
import { requestOf } from './http/requestState';
import { serveRoute, type Gatekeepers } from './http/serveRoute';
import type { Route } from './route';

/** Makes the table of routes an Express application's: each path with its methods, and 405 for the others. */
export function registerRoutes(
  app: Application,
  routes: readonly Route[],
  deps: ApiParts,
  gatekeepers: Gatekeepers,
): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const operations = routes.filter((route) => route.path === path);
    const route = app.route(path.replaceAll(':', '\\:').replace(/\{(\w+)\}/g, ':$1'));
    if (operations.some(({ crossOrigin }) => crossOrigin)) route.all(allowTemporalUi(deps.config.TEMPORAL_UI_URL));
    for (const operation of operations) route[operation.method](serveRoute(operation, deps, gatekeepers));
    route.all(refuseMethod(path, operations));
  }
  app.use(() => {
    throw new Refusal('not_found', 'nothing has this address; GET / shows where things are');
  });
}

function refuseMethod(path: string, operations: readonly Route[]): RequestHandler {
  const methods = operations.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (request, response) => {
    requestOf(response).route = path;
    response.set('Allow', allow);
    if (request.method !== 'OPTIONS') throw new Refusal('method_not_allowed', `this address takes ${allow}`);
    response.status(204).end();
  };
}
