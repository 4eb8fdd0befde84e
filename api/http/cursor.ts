import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { Refusal } from '../../domain/failures';

/**
 * A place in a list as an opaque text. `list` names the list with all that decides its order and content: a cursor of
 * another list, or one that was altered, is refused. It holds no secret: whoever makes one by hand gets what they may see.
 */
export function encodeCursor(list: string, values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([checkOf(list, values), ...values])).toString('base64url');
}

/** @throws {Refusal} invalid_request at `pointer` */
export function decodeCursor<S extends z.ZodType>(
  list: string,
  cursor: string,
  schema: S,
  pointer = 'cursor',
): z.output<S> {
  const [check, ...values] = readArray(cursor);
  const parsed = schema.safeParse(values);
  if (!parsed.success || check !== checkOf(list, values as (string | number)[])) {
    const message = 'is not one that this list gave out; start without it';
    throw new Refusal('invalid_request', `${pointer} ${message}`, { errors: [{ pointer, message }] });
  }
  return parsed.data;
}

function readArray(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const checkOf = (list: string, values: readonly (string | number)[]): string =>
  createHash('sha256')
    .update(JSON.stringify([list, ...values]))
    .digest('base64url')
    .slice(0, 12);
