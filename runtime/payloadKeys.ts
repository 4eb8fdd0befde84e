import { createSecretKey, type KeyObject } from 'node:crypto';

export interface PayloadKeys {
  /** What is written from now on is encrypted under it; null: under none, and what was encrypted before is still read. */
  first: string | null;
  byId: ReadonlyMap<string, KeyObject>;
}

const KEY_BYTES = 32;
const NONE = 'none';

/**
 * Reads `id:key,id2:key2`, each key being 32 bytes in base64. In place of the first, `none` encrypts nothing.
 * @throws {Error} in words that hold no key.
 */
export function readPayloadKeys(text: string): PayloadKeys {
  const entries = text.split(',').map((entry) => entry.trim());
  const encrypts = entries[0] !== NONE;
  const byId = new Map<string, KeyObject>();
  for (const [place, entry] of entries.slice(encrypts ? 0 : 1).entries()) {
    const [, id, encoded = ''] = /^([\w.-]{1,40}):([A-Za-z0-9+/]+=*)$/.exec(entry) ?? [];
    if (id === undefined) throw new Error(`must be id:base64 with commas between, and key ${place + 1} is not`);
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length !== KEY_BYTES)
      throw new Error(`has a key ${id} of ${bytes.length} bytes, which must be ${KEY_BYTES}`);
    if (byId.has(id)) throw new Error(`has two keys ${id}`);
    byId.set(id, createSecretKey(bytes));
  }
  const [first = null] = byId.keys();
  return { first: encrypts ? first : null, byId };
}
