import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal';
import type { SandboxRequest } from './router';

/** Refuses a request without the provider's own bearer key with 401. */
export function requireBearer({ headers }: SandboxRequest, key: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (!timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${key}`)))
    throw new Refusal(401, 'unauthorized', 'Give the key as Authorization: Bearer …');
}

/** The Idempotency-Key of a request that acts; without it the request is refused with 400. */
export function requireIdempotencyKey({ headers }: SandboxRequest): string {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key.length === 0 || key.length > 255)
    throw new Refusal(400, 'idempotency_key_required', 'Give an Idempotency-Key of 1 to 255 characters');
  return key;
}
