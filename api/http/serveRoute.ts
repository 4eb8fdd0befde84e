import type { Request, RequestHandler, Response } from 'express';
import { roleMay } from '../../domain/auth';
import { Refusal } from '../../domain/failures';
import { newId } from '../../runtime/newId';
import type { ApiParts } from '../deps';
import type { Answer, Context, Principal, Route, RouteInput } from '../route';
import { parsePart } from './parsePart';
import { readJson, readRaw } from './readJson';
import { requestOf } from './requestState';
import { sendText } from './sendText';
import { toRefusal } from './toRefusal';
import { nameOfChange, readScope, withIdempotency } from './withIdempotency';

export interface Gatekeepers {
  authenticate: (request: Request) => Promise<Principal>;
  limitRate: (keyId: string, response: Response) => Promise<void>;
}

type Params = Record<string, string>;
type AsyncHandler = (request: Request, response: Response) => Promise<void>;

/** Runs one operation: who asks and may they, then what they sent, then the handler, then its answer. */
export function serveRoute(route: Route, deps: ApiParts, { authenticate, limitRate }: Gatekeepers): RequestHandler {
  const admit = async (request: Request, response: Response): Promise<Principal | undefined> => {
    if (route.permission === 'public') return undefined;
    const principal = await authenticate(request);
    response.setHeader('Cache-Control', 'private, no-cache');
    const state = requestOf(response);
    state.key = principal.name;
    state.channel = principal.channel;
    await limitRate(principal.keyId, response);
    if (!roleMay(principal.role, route.permission)) {
      throw new Refusal('forbidden', `the role ${principal.role} has no permission ${route.permission}`);
    }
    return principal;
  };

  const serve: AsyncHandler = async (request, response) => {
    const state = requestOf(response);
    const principal = await admit(request, response);
    const params = route.params && parsePart('path', route.params, request.params);
    const query = route.query && parsePart('query', route.query, request.query);
    const headers = route.headers && parsePart('headers', route.headers, pickHeaders(route.headers, request));
    const body = await readBody(route, request, response);
    const idempotency =
      principal === undefined || route.idempotency === 'none'
        ? null
        : readScope(route, {
            key: request.get('idempotency-key'),
            params: request.params as Params,
            body,
            keyId: principal.keyId,
          });
    const input: RouteInput<unknown, unknown, unknown, unknown> = {
      params,
      query,
      headers,
      body: route.body ? parsePart('body', route.body, body) : body,
    };
    const context: Context = {
      requestId: state.requestId,
      log: state.log,
      deps,
      // A public route's handler is typed to know of no principal.
      principal: principal as Principal,
      idempotency,
      changeId: idempotency === null ? nameOfLoneChange(request, state.requestId) : nameOfChange(idempotency),
    };
    const run = () => route.handler(input, context);
    const answer =
      idempotency === null || route.idempotency === 'own'
        ? await run()
        : await withIdempotency(route, { ...context, idempotency }, run);
    if (!('stream' in answer)) sendAnswer(response, answer);
    // HEAD asks what GET would say, and must not wait for a stream to end.
    else if (request.method === 'HEAD') response.status(200).end();
    else await answer.stream(request, response);
  };

  return async (request, response) => {
    const state = requestOf(response);
    state.route = route.path;
    try {
      await serve(request, response);
    } catch (error) {
      route.onProblem?.({ code: toRefusal(error).code, channel: state.channel }, deps);
      throw error;
    }
  };
}

async function readBody(route: Route, request: Request, response: Response): Promise<unknown> {
  if (route.bodyKind === 'json') return readJson(request, response);
  if (route.bodyKind !== 'raw') return undefined;
  const { rawType } = route;
  if (rawType !== undefined && !request.is(rawType))
    throw new Refusal('unsupported_media_type', `send the body as ${rawType}`);
  return readRaw(request, response);
}

const pickHeaders = (schema: NonNullable<Route['headers']>, request: Request): Record<string, string | undefined> =>
  Object.fromEntries(Object.keys(schema.shape).map((name) => [name, request.get(name)]));

/**
 * Callers may send one x-request-id with many requests, to follow them through their own systems: it can't be what makes
 * two requests one change.
 */
const nameOfLoneChange = (request: Request, requestId: string): string =>
  request.headers['x-request-id'] === requestId ? `${requestId}.${newId('req').slice(-12)}` : requestId;

function sendAnswer(response: Response, { status, body, headers, type }: Answer): void {
  response.status(status);
  if (headers !== undefined) response.set(headers);
  if (body === undefined) response.end();
  else if (type === undefined) response.json(body);
  else sendText(response, type, body as string | Buffer);
}
