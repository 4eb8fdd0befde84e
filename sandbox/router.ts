import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { Refusal } from './refusal';

export interface SandboxRequest {
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  rawBody: Buffer;
  /** Reads the JSON body; a wrong one is answered with 400 or 422. */
  body<T>(schema: z.ZodType<T>): T;
}

export interface Answer {
  status: number;
  /** Sent as JSON, unless `text` is given. */
  body?: unknown;
  text?: string;
  type?: string;
  headers?: Record<string, string>;
  /** Answer only after this time. */
  afterMs?: number;
  /** The request was dealt with, but the connection breaks before a word of the answer is sent. */
  lost?: boolean;
}

export type Handler = (request: SandboxRequest) => Answer | Promise<Answer>;
/** Keys such as `POST /payments/authorisations/:ref/capture`. */
export type Routes = Record<string, Handler>;

const MAX_BODY = 1 << 20;

/** A small router on bare node:http, since this process is in the hot path of every benchmark. */
export function createRouter(routes: Routes, onError: (error: unknown) => void): RequestListener {
  const table = Object.entries(routes).map(([route, handler]) => {
    const [method, pattern] = route.split(' ') as [string, string];
    return { method, segments: pattern.split('/'), handler };
  });

  function match(method: string, path: string): { handler: Handler; params: Record<string, string> } {
    const given = path.split('/');
    let otherMethod = false;
    for (const { method: wanted, segments, handler } of table) {
      if (segments.length !== given.length) continue;
      if (!segments.every((segment, index) => segment.startsWith(':') || segment === given[index])) continue;
      if (wanted !== method) {
        otherMethod = true;
        continue;
      }
      const named = segments.flatMap((segment, index) =>
        segment.startsWith(':') ? [[segment.slice(1), decodeSegment(given[index] ?? '')]] : [],
      );
      return { handler, params: Object.fromEntries(named) as Record<string, string> };
    }
    if (otherMethod) throw new Refusal(405, 'method_not_allowed', `${method} is not possible on ${path}`);
    throw new Refusal(404, 'no_such_route', `There is no ${method} ${path} here; GET / lists what there is`);
  }

  async function handle(incoming: IncomingMessage): Promise<Answer> {
    const method = incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET');
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
    const rawBody = await readBody(incoming);
    const { handler, params } = match(method, path);
    const { headers } = incoming;
    const body = <T>(schema: z.ZodType<T>): T => parseBody(rawBody, schema);
    return handler({ method, path, params, query: new URLSearchParams(query), headers, rawBody, body });
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await handle(incoming);
    } catch (error) {
      if (outgoing.destroyed) return;
      if (error instanceof Refusal) {
        answer = { status: error.status, body: { code: error.code, message: error.message, ...error.extra } };
      } else {
        onError(error);
        answer = { status: 500, body: { code: 'internal_error', message: 'The sandbox failed; its log says why' } };
      }
    }
    if (answer.afterMs) await sleep(answer.afterMs, undefined, { ref: false });
    if (answer.lost) incoming.socket.destroy();
    else send(outgoing, answer, incoming.method === 'HEAD');
  }

  return (incoming, outgoing) => void serve(incoming, outgoing);
}

function send(outgoing: ServerResponse, answer: Answer, headOnly: boolean): void {
  const text = answer.text ?? JSON.stringify(answer.body ?? {});
  outgoing.writeHead(answer.status, {
    'content-type': answer.type ?? 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...answer.headers,
  });
  outgoing.end(headOnly ? undefined : text);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is beyond the limit is read and dropped, so that the client gets to see the answer.
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) throw new Refusal(413, 'too_large', `A body may have ${MAX_BODY} bytes`);
  return Buffer.concat(chunks);
}

function parseBody<T>(rawBody: Buffer, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = rawBody.length === 0 ? {} : JSON.parse(rawBody.toString('utf8'));
  } catch {
    throw new Refusal(400, 'malformed_json', 'The body is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new Refusal(422, 'invalid_request', problems.join('; '));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'malformed_path', `${segment} is not well encoded`);
  }
}
