import type { IncomingMessage } from 'node:http';
import { newId } from '../../runtime/newId';

const SANE = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own x-request-id where it is fit for logs and headers, else a new one. */
export function readRequestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : newId('req');
}
