import { createHash } from 'node:crypto';

/** JSON in which the order of names makes no difference: two bodies that mean the same have the same text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${canonicalJson(entry)}`).join(',')}}`;
}

/** SHA-256 of a body that `checkShape` has let pass, which bounds its depth. */
export const fingerprintOf = (body: unknown): Buffer => createHash('sha256').update(canonicalJson(body)).digest();
