import { z } from 'zod';
import { encodeCursor } from './cursor';

/** `limit` and `cursor`, the same for every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional().meta({ description: '`nextCursor` of the page before.' }),
};

/** For lists that read one row more than a page has, which tells whether there is a next page. */
export function makePage<T, V>(
  rows: readonly T[],
  limit: number,
  { list, placeOf, present }: { list: string; placeOf: (row: T) => (string | number)[]; present: (row: T) => V },
): { data: V[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data: page.map(present), nextCursor: more ? encodeCursor(list, placeOf(last)) : null };
}
