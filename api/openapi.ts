import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { FAILURES, type FailureCode } from '../domain/failures';
import { IDEMPOTENCY_KEY } from './http/withIdempotency';
import { problemSchema, PROBLEM_TYPE } from './http/problem';
import type { ResponseSpec, Route, Tag } from './route';
import { VERSION } from './service/about';

const TAGS: Record<Tag, string> = {
  Orders: 'Submit orders, follow them, change them.',
  Events: 'What happened, as lists and as live streams (server-sent events).',
  Stock: 'Stock levels and the ledger that they are the sum of.',
  Items: 'The catalogue: what is stocked, bought and sold, and what kits are made of.',
  Locations: 'Where stock is, and where orders are served from.',
  Sourcing: 'Where the units of an order come from, by strategies, and why.',
  Purchasing: 'What is ordered from suppliers, and what of it has come.',
  Replenishment: 'When items are ordered again, by rules, and what the nightly run suggests.',
  Reports: 'Where stock runs out, lies too long, or is too much.',
  'API keys': 'Who may do what.',
  Callbacks: 'Called by carriers.',
  Codec: 'What Temporal keeps of orders, for its UI and command line, where it is encrypted.',
  Service: 'Health, metrics and documentation.',
};

const DESCRIPTION = `
Amounts are integer minor units (1999 EUR is 19.99 €), times are ISO 8601 in UTC. Every error is a problem after RFC 9457.

**Repeats.** Send an \`Idempotency-Key\` of your own making (1 to 255 visible ASCII characters) with each POST, and the same one
with each repeat of it: a request under one key is carried out once, and its repeats get status and body of the first answer
with \`Idempotency-Replayed: true\`. Keys count for one API key and one address, and are kept for 30 days. Requests that were not
valid, and answers of 5xx, are not kept. Without an answer, or with 409 \`request_in_progress\`, 429 or 503: wait as long as
\`Retry-After\` says, and repeat the same request with the same key.

**Versions.** An order carries a \`version\`, which is also its \`ETag\`; a change with \`If-Match\` is refused with 412 when the
order has changed since.

**Lists** have \`data\` and \`nextCursor\`; null means that there is no more for now.
`.trim();

/** The OpenAPI 3.1 document of these routes. Deterministic: the same routes give the same document. */
export function buildOpenapi(routes: readonly Route[]) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = describeOperation(route);
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'OMS API',
        version: VERSION,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This instance.' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: oms_…' } },
      },
      paths,
    },
    {
      // Answers may get more fields with time: what is not known yet is not forbidden.
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    },
  );
}

function describeOperation(route: Route): ZodOpenApiOperationObject {
  const headers = headersOf(route);
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: route.tags,
    security: route.permission === 'public' ? [] : [{ apiKey: [] }],
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(headers && { header: headers }),
    },
    ...requestBodyOf(route),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, spec]) => [status, describeResponse(spec, route)]),
      ),
      ...problemsOf(route),
    } as ZodOpenApiResponsesObject,
  };
}

function headersOf(route: Route): z.ZodObject | undefined {
  const key = z
    .string()
    .regex(IDEMPOTENCY_KEY)
    .meta({ description: 'Your own name for this request, the same with each repeat.' });
  const own = {
    ...(route.idempotency === 'own' && { 'Idempotency-Key': key }),
    ...(route.idempotency === 'accepted' && { 'Idempotency-Key': key.optional() }),
  };
  const { accept: _accept, ...others } = route.headers?.shape ?? {};
  const shape = { ...own, ...others };
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
}

function requestBodyOf(route: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (route.rawType !== undefined) {
    return { requestBody: { required: true, content: { [route.rawType]: { schema: z.string() } } } };
  }
  if (route.bodyKind === 'raw') {
    return {
      requestBody: { required: true, content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } } },
    };
  }
  if (route.body === undefined) return {};
  const required = !route.body.safeParse({}).success;
  return { requestBody: { required, content: { 'application/json': { schema: route.body } } } };
}

function describeResponse(spec: ResponseSpec, route: Route) {
  const media = spec.media ?? (spec.body ? { 'application/json': spec.body } : undefined);
  const headers: Record<string, string> = {
    'x-request-id': 'Names this request in logs and events.',
    ...(route.idempotency === 'none'
      ? {}
      : { 'Idempotency-Replayed': '`true` where this is the kept answer of an earlier request.' }),
    ...spec.headers,
  };
  return {
    description: spec.description,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' as const } },
      ]),
    ),
    ...(media && { content: Object.fromEntries(Object.entries(media).map(([type, schema]) => [type, { schema }])) }),
  };
}

/** The problems that follow from what a route takes, and its own; by status, since several may share one. */
function problemsOf(route: Route): Record<string, object> {
  const guarded: FailureCode[] = route.permission === 'public' ? [] : ['unauthenticated', 'forbidden', 'rate_limited'];
  const keyed: FailureCode[] = route.idempotency === 'none' ? [] : ['idempotency_key_reused', 'request_in_progress'];
  const codes = new Set<FailureCode>([
    'malformed_request',
    ...guarded,
    ...(route.params ? (['not_found'] as const) : []),
    ...(route.query || route.headers || route.body ? (['invalid_request'] as const) : []),
    ...(route.bodyKind === 'json' ? (['too_large', 'unsupported_media_type', 'invalid_request'] as const) : []),
    ...keyed,
    ...(route.idempotency === 'own' ? (['idempotency_key_required'] as const) : []),
    ...(route.failures ?? []),
    ...(route.permission === 'public' && route.bodyKind === 'none' ? [] : (['dependency_unavailable'] as const)),
    'internal',
  ]);
  const byStatus: Record<string, FailureCode[]> = {};
  for (const code of codes) (byStatus[FAILURES[code].status] ??= []).push(code);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, names]) => [
      status,
      {
        description: names.map((code) => `\`${code}\`: ${FAILURES[code].title}.`).join(' '),
        content: { [PROBLEM_TYPE]: { schema: problemSchema } },
        ...(names.some((code) => ['rate_limited', 'request_in_progress', 'dependency_unavailable'].includes(code)) && {
          headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' as const } } },
        }),
      },
    ]),
  );
}
