import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { Refusal } from '../../domain/failures';
import { findApiKey } from '../../db/apiKeys';
import type { Database } from '../../db/connection';
import type { Principal } from '../route';

/** A revoked key is refused at the latest so long after. */
const KNOWN_FOR_MS = 5_000;
/** So that wrong keys, sent over and over, do not reach the database each time; short, as a key may be made meanwhile. */
const UNKNOWN_FOR_MS = 1_000;
const MAX_CACHED = 10_000;

type Authenticate = (request: Request) => Promise<Principal>;

/** Finds out whose key a request carries. @throws {Refusal} unauthenticated */
export function createAuthenticator(database: Database): Authenticate {
  const cache = new Map<string, { principal: Promise<Principal | undefined>; until: number }>();

  const lookUp = (secret: string): Promise<Principal | undefined> => {
    const name = createHash('sha256').update(secret).digest('base64');
    const cached = cache.get(name);
    if (cached !== undefined && cached.until > Date.now()) return cached.principal;
    const principal = findPrincipal(database, secret);
    const entry = { principal, until: Date.now() + KNOWN_FOR_MS };
    cache.delete(name);
    cache.set(name, entry);
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value ?? '');
    principal.then(
      (found) => {
        if (found === undefined) entry.until = Date.now() + UNKNOWN_FOR_MS;
      },
      () => cache.delete(name),
    );
    return principal;
  };

  return async (request) => {
    const [, secret] = /^Bearer +([\x21-\x7e]{1,300})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (secret === undefined) {
      throw new Refusal('unauthenticated', 'send an API key as Authorization: Bearer <key>');
    }
    const principal = await lookUp(secret);
    if (principal === undefined) throw new Refusal('unauthenticated', 'this API key is not known, or was revoked');
    return principal;
  };
}

async function findPrincipal(database: Database, secret: string): Promise<Principal | undefined> {
  const key = await findApiKey(database, secret);
  return key && { keyId: key.id, role: key.role, channel: key.channel, name: key.name };
}
