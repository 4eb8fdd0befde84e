import { z } from 'zod';
import { FAILURES, isFailureCode, Refusal, type FailureCode } from '../../domain/failures';
import { problemType } from '../http/problem';
import { defineRoute } from '../route';
import { renderPage } from './renderPage';

/** What whoever meets the problem should do. */
const ADVICE: Record<FailureCode, string> = {
  malformed_request: 'Check the address and the JSON of the body; the request was not looked at any further.',
  idempotency_key_required:
    'Send an Idempotency-Key header with a value of your own, and the same value with each repeat.',
  unauthenticated: 'Send a valid API key as Authorization: Bearer. It may have been revoked.',
  forbidden: 'The role of the key has no permission for this. Use another key.',
  not_found: 'Nothing has this address, or the key may not see it.',
  method_not_allowed: 'The Allow header tells what this address takes.',
  illegal_transition: 'The detail says why. Read the order again: its allowedActions tell what is possible.',
  reference_taken: 'A reference is unique in its channel. Look the order up by ?reference= before you use another one.',
  request_in_progress: 'Wait as long as Retry-After says, then repeat the request with the same key.',
  already_exists: 'The detail names it. Change that one, or use another name.',
  stock_conflict: 'Read the stock again and decide anew.',
  precondition_failed:
    'Read it again. The version to send is in what is read: of an order also its ETag, for If-Match.',
  too_large: 'Send less: 1 MB, after unpacking.',
  unsupported_media_type: 'Send JSON as application/json, and a file as the type that the detail names.',
  invalid_request: 'The errors name each field and what is wrong with it.',
  idempotency_key_reused: 'Use a new key for a new request.',
  rate_limited: 'Wait as long as Retry-After says.',
  headers_too_large: 'Send smaller headers.',
  dependency_unavailable: 'Nothing was lost. Repeat the request after Retry-After, with the same Idempotency-Key.',
  internal: 'This is a fault of the service. Its logs tell more under the requestId.',
};

export const getProblemPage = defineRoute({
  name: 'getProblemPage',
  method: 'get',
  path: '/problems/{code}',
  permission: 'public',
  summary: 'What a kind of problem means',
  tags: ['Service'],
  params: z.object({ code: z.string().max(60) }),
  responses: { 200: { description: 'A page for people.', media: { 'text/html': z.string() } } },
  handler: async ({ params: { code } }) => {
    if (!isFailureCode(code)) throw new Refusal('not_found', 'there is no problem of this name');
    const { status, title } = FAILURES[code];
    const body = `<p>Status ${status}, code <code>${code}</code>, type <code>${problemType(code)}</code></p><p>${ADVICE[code]}</p>`;
    return { status: 200, body: renderPage(title, body), type: 'text/html; charset=utf-8' };
  },
});
