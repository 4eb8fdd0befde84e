import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { presentEvent } from '../../api/events/presentEvent';
import type { Problem } from '../../api/http/problem';
import { buildOpenapi } from '../../api/openapi';
import type { OrderView } from '../../api/orders/orderSchema';
import { routes } from '../../api/routes';
import type { StockLevel } from '../../db/inventory/stockLevel';

/** The fields of any answer. Which of them an answer has, its document says, and that has been checked. */
export type ReplyBody = Omit<OrderView, 'status'> &
  Omit<Problem, 'status' | 'detail'> &
  Omit<Item, 'status'> & { status: string | number; data: Item[]; nextCursor: string; [name: string]: unknown };

type Item = Omit<OrderView, 'status' | 'version'> &
  FeedEvent &
  StockLevel & { revokedAt: string | null; role: string; key: string };
type FeedEvent = ReturnType<typeof presentEvent> & { cursor: string };

export interface Reply {
  status: number;
  headers: Headers;
  /** Where it is no JSON, `text` alone. */
  body: ReplyBody;
  text: string;
}

export interface Call {
  body?: unknown;
  /** Instead of `body`: what goes over the wire as it is. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface ContractClient {
  get(path: string, call?: Omit<Call, 'body' | 'raw'>): Promise<Reply>;
  post(path: string, call?: Call): Promise<Reply>;
  delete(path: string, call?: Call): Promise<Reply>;
  send(method: string, path: string, call?: Call): Promise<Reply>;
}

const DOCUMENT = 'openapi';
const document = closeObjects(JSON.parse(JSON.stringify(buildOpenapi(routes)))) as Document;
const ajv = addFormats(new Ajv({ strict: false, allErrors: true })).addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/);
ajv.addSchema(document, DOCUMENT);
const validators = new Map<string, ValidateFunction>();

type Responses = Record<string, { content?: Record<string, unknown> }>;
interface Document {
  paths: Record<string, Record<string, { responses: Responses }>>;
}

/** Calls the API and holds each answer to our own OpenAPI document: a status, a media type or a field it does not name is an error. */
export function createContractClient(url: string, key?: string): ContractClient {
  const send: ContractClient['send'] = async (method, path, { body, raw, headers = {} } = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const reply: Reply = {
      text,
      status: response.status,
      headers: response.headers,
      body: (type.endsWith('json') ? JSON.parse(text) : text) as ReplyBody,
    };
    checkReply(method, path, type, reply);
    return reply;
  };
  return {
    send,
    get: (path, call) => send('GET', path, call),
    post: (path, call) => send('POST', path, call),
    delete: (path, call) => send('DELETE', path, call),
  };
}

function checkReply(method: string, path: string, type: string, reply: Reply): void {
  const what = `${method} ${path} answered ${reply.status}`;
  if (reply.headers.get('x-request-id') === null) throw new Error(`${what} without x-request-id`);
  const template = findTemplate(path);
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
  if (template === undefined || operation === undefined) {
    if (![404, 405, 400, 204].includes(reply.status))
      throw new Error(`${what}, which no operation of the document has`);
    if (reply.status !== 204) check(`${DOCUMENT}#/components/schemas/Problem`, reply.body, what);
    return;
  }
  const documented = operation.responses[String(reply.status)];
  if (documented === undefined) throw new Error(`${what}, which is not documented: ${JSON.stringify(reply.body)}`);
  const media = Object.keys(documented.content ?? {});
  if (media.length === 0) {
    if (reply.text !== '') throw new Error(`${what} with a body, and none is documented`);
    return;
  }
  if (!media.includes(type)) throw new Error(`${what} as ${type}, and documented is ${media.join(', ')}`);
  const pointer = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(reply.status),
    'content',
    type,
    'schema',
  ];
  const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  check(`${DOCUMENT}#/${escaped.join('/')}`, reply.body, what);
}

function check(ref: string, body: unknown, what: string): void {
  const validate = validators.get(ref) ?? ajv.compile({ $ref: ref });
  validators.set(ref, validate);
  if (!validate(body)) {
    throw new Error(
      `${what} with what is not in the document: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
    );
  }
}

function findTemplate(path: string): string | undefined {
  const [bare = ''] = path.split('?');
  const matches = Object.keys(document.paths).filter((template) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`).test(bare),
  );
  // A fixed path comes before one with a parameter in the same place.
  return matches.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

/** Clients have to bear with fields they do not know; a test must not: here every object has the documented fields alone. */
function closeObjects(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closeObjects);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([name, value]) => [name, closeObjects(value)] as const);
  const result = Object.fromEntries(entries);
  if (result.type === 'object' && result.properties !== undefined && result.additionalProperties === undefined) {
    result.additionalProperties = false;
  }
  return result;
}
