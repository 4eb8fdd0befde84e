import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Permission, Role } from '../domain/auth';
import type { FailureCode } from '../domain/failures';
import type { IdempotencyScope } from '../db/idempotency';
import type { ApiParts } from './deps';

/** Who asks: the API key of the request. */
export interface Principal {
  keyId: string;
  role: Role;
  channel: string;
  name: string;
}

export interface PublicContext {
  requestId: string;
  deps: ApiParts;
  log: Logger;
}

export interface Context extends PublicContext {
  principal: Principal;
  /** Where the request came with an Idempotency-Key. */
  idempotency: IdempotencyScope | null;
  /**
   * Names the change this request asks for: the same for each repeat under one Idempotency-Key, and of this request alone
   * without one. Whatever goes by this name happens once.
   */
  changeId: string;
}

/** A JSON answer; with `type`, `body` is a text of that media type. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  type?: string;
  /** The handler has kept the answer for repeats itself, in the transaction of the change. */
  kept?: true;
}

/** An answer that goes on. The function writes the head, and returns once the stream is set up. */
export interface StreamAnswer {
  stream: (request: Request, response: Response) => void | Promise<void>;
}

export interface ResponseSpec {
  description: string;
  body?: z.ZodType;
  /** Other than application/json, and instead of `body`. */
  media?: Record<string, z.ZodType>;
  headers?: Record<string, string>;
}

type Shape = z.ZodObject | undefined;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface RouteInput<P, Q, H, B> {
  params: P;
  query: Q;
  headers: H;
  body: B;
}

export interface RouteSpec<A, P extends Shape, Q extends Shape, H extends Shape, B extends z.ZodType | undefined> {
  /** The name of the operation in the OpenAPI document and in clients. */
  name: string;
  method: 'get' | 'post' | 'delete';
  /** In the form of OpenAPI: `/v1/orders/{id}`. */
  path: string;
  permission: A;
  summary: string;
  description?: string;
  tags: [Tag];
  /** A parameter in the path that does not match means that there is no such thing: 404. */
  params?: P;
  query?: Q;
  headers?: H;
  body?: B;
  /** `raw`: the body is passed on as the bytes that came. */
  bodyKind?: 'json' | 'raw';
  /** The media type that a raw body has to have; left out: any, and it is described as JSON. */
  rawType?: string;
  /** POST routes take an Idempotency-Key; `own`: it is required, and the handler deals with it. */
  idempotency?: 'accepted' | 'own' | 'none';
  /** The Temporal UI may call it from a browser. */
  crossOrigin?: true;
  /** What must not be kept with an answer for its repeats, and how a repeat gets it again. */
  keep?: AnswerKeeper;
  /** Told of each request that is answered with a problem. `channel`: of the key, once that is known. */
  onProblem?: (problem: { code: FailureCode; channel: string | undefined }, deps: ApiParts) => void;
  responses: Record<number, ResponseSpec>;
  /** Besides those that follow from the rest of the route. */
  failures?: FailureCode[];
  handler: (
    input: RouteInput<Parsed<P>, Parsed<Q>, Parsed<H>, B extends z.ZodType ? z.output<B> : Buffer>,
    context: A extends 'public' ? PublicContext : Context,
  ) => Promise<Answer | StreamAnswer>;
}

export interface AnswerKeeper {
  strip: (body: Record<string, unknown>) => Record<string, unknown>;
  restore: (body: Record<string, unknown>, deps: ApiParts) => Promise<Record<string, unknown>>;
}

export type Tag =
  | 'Orders'
  | 'Events'
  | 'Stock'
  | 'Sourcing'
  | 'Items'
  | 'Locations'
  | 'Purchasing'
  | 'Replenishment'
  | 'Reports'
  | 'API keys'
  | 'Callbacks'
  | 'Codec'
  | 'Service';

/** One operation of the API as data: validation, access, the OpenAPI document and its tests all come from it. */
export type Route = Omit<
  RouteSpec<Permission | 'public', Shape, Shape, Shape, z.ZodType | undefined>,
  'handler' | 'bodyKind' | 'idempotency'
> & {
  bodyKind: 'json' | 'raw' | 'none';
  idempotency: 'accepted' | 'own' | 'none';
  handler: (input: RouteInput<unknown, unknown, unknown, unknown>, context: Context) => Promise<Answer | StreamAnswer>;
};

export function defineRoute<
  const A extends Permission | 'public',
  P extends Shape = undefined,
  Q extends Shape = undefined,
  H extends Shape = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<A, P, Q, H, B>): Route {
  const bodyKind = spec.method === 'post' ? (spec.bodyKind ?? 'json') : 'none';
  return {
    ...spec,
    bodyKind,
    idempotency: bodyKind === 'json' ? (spec.idempotency ?? 'accepted') : 'none',
    // The input was parsed by the very schemas that its type comes from.
    handler: spec.handler as unknown as Route['handler'],
  };
}
