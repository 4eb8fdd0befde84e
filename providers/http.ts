import { Agent, request, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { ProviderRejected, ProviderUnavailable } from './failures';

interface HttpCall {
  method: 'GET' | 'POST';
  /** Below the provider's address; parts that come from data are to be encoded by the caller. */
  path: string;
  body?: unknown;
  /** Sent as Idempotency-Key. */
  key?: string;
  /** Headers that follow from the body as it is sent. */
  sign?: (body: string) => Record<string, string>;
  /** Statuses from 400 up that are answers to this call, not failures. */
  answers?: readonly number[];
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface HttpReply {
  status: number;
  /** @throws {ProviderUnavailable} when the reply is not of this shape: what the provider did is unknown then. */
  read<T>(schema: z.ZodType<T>): T;
}

export interface HttpClient {
  /**
   * One call, never repeated here: whoever calls decides when to ask again, with the same key.
   * @throws {ProviderUnavailable} no answer, 5xx, 408, 425, 429, a redirect, or something that is not JSON.
   * @throws {ProviderRejected} any other 4xx, with the provider's own code.
   */
  send(call: HttpCall): Promise<HttpReply>;
}

interface Options {
  /** How the provider is called in error messages. */
  name: string;
  url: string;
  /** Sent as bearer token; in no error message. Without it, the provider knows us by something else. */
  key?: string;
  timeoutMs?: number | undefined;
}

const MAX_REPLY = 1 << 20;
/** As many as a worker has slots for activities, and some. */
const MOST_CONNECTIONS = 128;
const MAX_WAIT_MS = 3_600_000;
const TRY_AGAIN = new Set([408, 425, 429]);

/**
 * The one HTTP client for providers. Error messages name the provider, the call and a code, and never what was sent or
 * what the provider wrote: either may hold a token or somebody's address.
 */
export function createHttpClient({
  name,
  url,
  key: bearer,
  timeoutMs: standardTimeoutMs = 10_000,
}: Options): HttpClient {
  const base = new URL(url);
  if (base.username || base.password) throw new Error(`${name}: the address must not contain a user or password`);
  if (base.search || base.hash) throw new Error(`${name}: the address must end with its path`);
  if (bearer !== undefined && !/^[\x21-\x7e]+$/.test(bearer))
    throw new Error(`${name}: the key has characters that no header can carry`);
  const root = base.href.replace(/\/+$/, '');
  // Not the global `fetch`: it costs three times the CPU of a request.
  const dispatcher = new Agent({ connections: MOST_CONNECTIONS, keepAliveTimeout: 4_000 });

  return {
    async send({ method, path, body, key, sign, answers = [], timeoutMs = standardTimeoutMs, signal }) {
      const what = [name, method, path.split('?')[0]].filter(Boolean).join(' ');
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const timeout = AbortSignal.timeout(timeoutMs);
      let response: Dispatcher.ResponseData;
      let text: string;
      try {
        // A redirect is not followed: it would carry the key and the body to an address that nobody configured.
        response = await request(root + path, {
          dispatcher,
          method,
          headers: {
            ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
            accept: 'application/json',
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
            ...sign?.(payload ?? ''),
          },
          ...(payload === undefined ? {} : { body: payload }),
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        text = await readText(response.body);
      } catch (error) {
        const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : describeFailure(error);
        throw new ProviderUnavailable(`${what}: ${why}`);
      }

      const { statusCode: status } = response;
      const read = <T>(schema: z.ZodType<T>): T => {
        const parsed = schema.safeParse(parseJson(text));
        if (parsed.success) return parsed.data;
        const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
        throw new ProviderUnavailable(`${what}: ${status} with a reply that makes no sense (${where})`);
      };
      if ((status >= 200 && status < 300) || answers.includes(status)) return { status, read };
      if (status >= 400 && status < 500 && !TRY_AGAIN.has(status)) {
        const code = readCode(text) ?? `http_${status}`;
        throw new ProviderRejected(`${what}: refused with ${status} ${code}`, code);
      }
      const retryAfterMs = readRetryAfter(response.headers['retry-after']);
      throw new ProviderUnavailable(`${what}: ${status}`, retryAfterMs === undefined ? {} : { retryAfterMs });
    },
  };
}

/** Reads a reply of bounded size: a provider gone wild must not fill our memory. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_REPLY) throw new Error(`a reply of more than ${MAX_REPLY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Undefined where it is not JSON: no schema takes that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The provider's code, if it looks like one and not like a sentence about the customer. */
function readCode(text: string): string | undefined {
  const json = parseJson(text);
  const code = typeof json === 'object' && json !== null && 'code' in json ? json.code : undefined;
  return typeof code === 'string' && /^[a-z0-9_.-]{1,64}$/i.test(code) ? code : undefined;
}

/** Seconds or an HTTP date, as milliseconds from now; at most an hour. */
function readRetryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_WAIT_MS) : undefined;
}

/** Such as ECONNREFUSED. The error itself is not handed on as cause: its message could quote a header that was sent. */
function describeFailure(error: unknown): string {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: { code?: unknown } };
  for (const told of [cause?.code, code, name]) if (typeof told === 'string') return told;
  return 'failed';
}
