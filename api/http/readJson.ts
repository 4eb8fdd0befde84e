import express, { type Request, type Response } from 'express';
import { Refusal } from '../../domain/failures';
import { checkBody } from './checkBody';
import { checkShape } from './checkShape';

const LIMIT = '1mb';

// What is no JSON at all is told from what is JSON of the wrong shape by us, so any JSON value is let through here.
const parseJson = express.json({
  limit: LIMIT,
  strict: false,
  type: 'application/json',
  verify: (_request, _response, bytes, encoding) => {
    // JSON between systems is UTF-8 (RFC 8259), and only then is its shape to be seen in its bytes.
    if (encoding !== 'utf-8') throw new Refusal('unsupported_media_type', 'send the body in UTF-8');
    checkShape(bytes);
  },
});
const parseRaw = express.raw({ limit: LIMIT, type: () => true });

/**
 * The body as JSON; an empty one counts as `{}`. The limit holds for the body as it is after unpacking.
 * @throws {Refusal} unsupported_media_type, invalid_request; and the errors of body-parser, which `toFailure` knows.
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  if (!hasBody(request)) return {};
  if (!request.is('application/json')) {
    throw new Refusal('unsupported_media_type', 'send the body as application/json');
  }
  await run(parseJson, request, response);
  checkBody(request.body);
  return request.body as unknown;
}

/** The bytes of the body, whatever its type. */
export async function readRaw(request: Request, response: Response): Promise<Buffer> {
  await run(parseRaw, request, response);
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

const run = (parser: typeof parseJson, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body could not be read'));
    });
  });
