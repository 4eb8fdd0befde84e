import { Agent, request } from 'node:http';

export interface ApiReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Undefined where it is no JSON. */
  body: Record<string, unknown> | undefined;
}

export interface ApiCall {
  key: string;
  body?: unknown;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/**
 * Why there is no whole answer. `refused`: nobody listens, so nothing was asked. `stale`: a connection that was open from
 * before was just being closed, which any client of HTTP has to bear. `broken` and `late`: it may have been done all the same.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly kind: 'refused' | 'stale' | 'broken' | 'late';
  constructor(kind: NoAnswer['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface ApiClient {
  /** @throws {NoAnswer} */
  call(method: string, path: string, call: ApiCall): Promise<ApiReply>;
  close(): void;
}

/** A plain client of the API. `keepAlive`: connections are used again, as a pooled client of a channel does. */
export function createApiClient(options: { base: () => string; keepAlive?: boolean }): ApiClient {
  const agent = new Agent({ keepAlive: options.keepAlive ?? true, maxSockets: 128 });
  return {
    call(method, path, { key, body, headers = {}, timeoutMs = 15_000 }) {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      return new Promise((resolve, reject) => {
        const sent = request(
          new URL(path, options.base()),
          {
            ...{ method, agent },
            headers: {
              authorization: `Bearer ${key}`,
              ...(payload === undefined
                ? {}
                : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
              ...headers,
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', fail);
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: parse(Buffer.concat(chunks).toString('utf8')),
              }),
            );
          },
        );
        // A deadline for the whole call: the `timeout` of a request is one of idleness.
        let isLate = false;
        const deadline = setTimeout(() => {
          isLate = true;
          sent.destroy();
        }, timeoutMs);
        const fail = ({ code, message }: NodeJS.ErrnoException) => {
          const kind = isLate ? 'late' : code === 'ECONNREFUSED' ? 'refused' : sent.reusedSocket ? 'stale' : 'broken';
          reject(new NoAnswer(kind, `${method} ${path}: ${code ?? message}`));
        };
        sent.on('close', () => {
          clearTimeout(deadline);
          fail(new Error('closed without an answer'));
        });
        sent.on('error', fail);
        sent.end(payload);
      });
    },
    close: () => agent.destroy(),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
